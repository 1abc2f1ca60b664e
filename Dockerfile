# What builds: the compiler and the C libraries, the same as on a machine without containers.
FROM swift:6.3-bookworm AS builder
WORKDIR /busbar
COPY scripts/setup scripts/
RUN scripts/setup && rm -rf /var/lib/apt/lists/*
COPY Package.swift ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests

# The test command of the README, on what builds.
FROM builder AS test
COPY scripts/peers.txt scripts/
RUN scripts/setup --test && rm -rf /var/lib/apt/lists/*
COPY . .
CMD ["scripts/test"]

# The program with Swift's libraries inside.
FROM builder AS program
RUN swift build -c release --static-swift-stdlib -Xlinker -s --product busbar \
 && mv .build/release/busbar /usr/local/bin/busbar \
 && rm -rf .build

# What runs: the program and three C libraries.
FROM debian:bookworm-slim AS busbar
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libklu1 libnghttp2-14 libsqlite3-0 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /var/cache/debconf/*-old
# A volume takes owner and mode of the folder that it is first mounted at.
RUN groupadd --gid 10001 busbar \
 && useradd --uid 10001 --gid busbar --no-create-home --home-dir /var/lib/busbar \
      --shell /usr/sbin/nologin busbar \
 && install -d -m 0700 -o busbar -g busbar /var/lib/busbar /var/lib/busbar-root \
      $(seq -f /var/lib/busbar-nodes/%g 64)
COPY LICENSE NOTICE /usr/share/doc/busbar/
COPY Topologies /usr/share/busbar/Topologies
COPY --from=program /usr/local/bin/busbar /usr/local/bin/busbar
WORKDIR /usr/share/busbar
USER 10001:10001
ENTRYPOINT ["busbar"]
CMD ["--help"]
