/* What Busbar uses of libnghttp2.
 *
 * Two things are hidden here. From 1.60 on, the functions that take or return `ssize_t` are
 * deprecated for variants with a `2` in the name; Debian 12 ships 1.52, which has only the old ones.
 * And the defences against floods exist only in releases that carry the fixes for rapid reset and
 * CONTINUATION floods (1.52 as patched by Debian, 1.61 and later): an older library fails to build,
 * which is what we want.
 */
#pragma once

#include <nghttp2/nghttp2.h>

#if NGHTTP2_VERSION_NUM >= 0x013c00
typedef nghttp2_data_source_read_callback2 busbar_read_body;
typedef nghttp2_data_provider2 busbar_body;
#else
typedef nghttp2_data_source_read_callback busbar_read_body;
typedef nghttp2_data_provider busbar_body;
#endif

/* Takes bytes that the peer sent. Returns how many were taken, or a negative nghttp2_error. */
static inline int64_t busbar_receive(nghttp2_session *session, const uint8_t *bytes, size_t count) {
#if NGHTTP2_VERSION_NUM >= 0x013c00
  return nghttp2_session_mem_recv2(session, bytes, count);
#else
  return nghttp2_session_mem_recv(session, bytes, count);
#endif
}

/* Points `bytes` at what shall be sent next, valid until the next call. Returns the count, 0 when
 * there is nothing, or a negative nghttp2_error. */
static inline int64_t busbar_send(nghttp2_session *session, const uint8_t **bytes) {
#if NGHTTP2_VERSION_NUM >= 0x013c00
  return nghttp2_session_mem_send2(session, bytes);
#else
  return nghttp2_session_mem_send(session, bytes);
#endif
}

/* Queues a request; without `read_body` it ends with its headers. Returns the stream's id or a
 * negative nghttp2_error. The name and value bytes are copied. */
static inline int32_t busbar_submit_request(nghttp2_session *session, const nghttp2_nv *headers,
                                            size_t count, busbar_read_body read_body) {
  busbar_body body = {.source = {.ptr = NULL}, .read_callback = read_body};
#if NGHTTP2_VERSION_NUM >= 0x013c00
  return nghttp2_submit_request2(session, NULL, headers, count, read_body ? &body : NULL, NULL);
#else
  return nghttp2_submit_request(session, NULL, headers, count, read_body ? &body : NULL, NULL);
#endif
}

/* Queues the response to a request, as above. Returns 0 or a negative nghttp2_error. */
static inline int busbar_submit_response(nghttp2_session *session, int32_t stream,
                                         const nghttp2_nv *headers, size_t count,
                                         busbar_read_body read_body) {
  busbar_body body = {.source = {.ptr = NULL}, .read_callback = read_body};
#if NGHTTP2_VERSION_NUM >= 0x013c00
  return nghttp2_submit_response2(session, stream, headers, count, read_body ? &body : NULL);
#else
  return nghttp2_submit_response(session, stream, headers, count, read_body ? &body : NULL);
#endif
}

/* Bounds what a peer can make the library do or keep. */
static inline void busbar_set_flood_limits(nghttp2_option *option) {
  /* Rapid reset: a burst of 1000 RST_STREAM, then 33 a second; beyond, GOAWAY. */
  nghttp2_option_set_stream_reset_rate_limit(option, 1000, 33);
  /* A header list of 16 KiB fits one HEADERS frame; eight CONTINUATION frames are generous. */
  nghttp2_option_set_max_continuations(option, 8);
  /* PING and SETTINGS answers kept for a peer that does not read them. */
  nghttp2_option_set_max_outbound_ack(option, 256);
  /* Entries in one SETTINGS frame; seven are defined. */
  nghttp2_option_set_max_settings(option, 32);
  /* Closed streams were kept for RFC 7540 priorities, which we turn off. */
  nghttp2_option_set_no_closed_streams(option, 1);
}
