// Times exchanges between two HELICS federates in two processes on loopback.
// usage: helics-exchange CORE COUNT DOWN UP PORT
//   CORE      zmq, zmq_ss, tcp, ...
//   COUNT     exchanges that are timed
//   DOWN, UP  numbers that the first and the second federate publish in an exchange
// In an exchange both federates publish and request the next time; when a federate is granted it, it
// reads what the other published. So both work at once, and a value is the answer to the exchange
// before: an answer to the same exchange would need a second request.
// Prints "median_us p99_us" of the first federate's publish + request + read.
#include <helics/helics.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { warm_up = 200 };

static void check(const HelicsError *error, const char *what) {
  if (error->error_code != 0) {
    fprintf(stderr, "error: HELICS: %s: %s\n", what, error->message);
    exit(1);
  }
}

static double now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1e6 + time.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static HelicsFederate make(const char *name, const char *core, const char *port, HelicsError *error) {
  char init[200];
  snprintf(init, sizeof init, "--federates=1 --broker_address=127.0.0.1 --brokerport=%s --loglevel=no_print", port);
  HelicsFederateInfo info = helicsCreateFederateInfo();
  helicsFederateInfoSetCoreTypeFromString(info, core, error);
  helicsFederateInfoSetCoreInitString(info, init, error);
  // Nothing waits for others at the same time, nothing is held back because it did not change.
  helicsFederateInfoSetFlagOption(info, HELICS_FLAG_WAIT_FOR_CURRENT_TIME_UPDATE, HELICS_FALSE, error);
  helicsFederateInfoSetFlagOption(info, HELICS_FLAG_ONLY_TRANSMIT_ON_CHANGE, HELICS_FALSE, error);
  helicsFederateInfoSetFlagOption(info, HELICS_FLAG_ONLY_UPDATE_ON_CHANGE, HELICS_FALSE, error);
  HelicsFederate federate = helicsCreateValueFederate(name, info, error);
  check(error, "creating a federate");
  return federate;
}

int main(int argc, char **argv) {
  if (argc != 6) return 64;
  const char *core = argv[1], *port = argv[5];
  int count = atoi(argv[2]), down = atoi(argv[3]), up = atoi(argv[4]), rounds = warm_up + count;
  int largest = down > up ? down : up;
  double *numbers = calloc(largest, sizeof *numbers), *times = calloc(rounds, sizeof *times);
  HelicsError error = helicsErrorInitialize();
  // A run that hangs ends by itself.
  alarm(120);

  pid_t child = fork();
  if (child == 0) {
    alarm(120);
    HelicsFederate own = make("segment", core, port, &error);
    HelicsPublication block = helicsFederateRegisterGlobalPublication(own, "block", HELICS_DATA_TYPE_VECTOR, "", &error);
    HelicsInput step = helicsFederateRegisterSubscription(own, "step", "", &error);
    helicsFederateEnterExecutingMode(own, &error);
    check(&error, "starting the second federate");
    for (int round = 0; round < rounds; round++) {
      int size = 0;
      helicsPublicationPublishVector(block, numbers, up, &error);
      helicsFederateRequestTime(own, round + 1, &error);
      helicsInputGetVector(step, numbers, largest, &size, &error);
      numbers[0] = round;
      check(&error, "an exchange of the second federate");
    }
    helicsFederateDisconnect(own, &error);
    helicsFederateFree(own);
    helicsCloseLibrary();
    _exit(0);
  }

  char init[120];
  snprintf(init, sizeof init, "--federates=2 --port=%s --loglevel=no_print", port);
  HelicsBroker broker = helicsCreateBroker(core, "", init, &error);
  check(&error, "starting the broker");
  HelicsFederate own = make("coordinator", core, port, &error);
  HelicsPublication step = helicsFederateRegisterGlobalPublication(own, "step", HELICS_DATA_TYPE_VECTOR, "", &error);
  HelicsInput block = helicsFederateRegisterSubscription(own, "block", "", &error);
  helicsFederateEnterExecutingMode(own, &error);
  check(&error, "starting the first federate");
  int answers = 0;
  for (int round = 0; round < rounds; round++) {
    int size = 0;
    double start = now_us();
    numbers[0] = round;
    helicsPublicationPublishVector(step, numbers, down, &error);
    helicsFederateRequestTime(own, round + 1, &error);
    answers += helicsInputIsUpdated(block);
    helicsInputGetVector(block, numbers, largest, &size, &error);
    times[round] = now_us() - start;
    check(&error, "an exchange");
    if (size != up && round > 0) {
      fprintf(stderr, "error: exchange %d brought %d numbers\n", round, size);
      return 1;
    }
  }
  helicsFederateDisconnect(own, &error);
  helicsFederateFree(own);
  waitpid(child, NULL, 0);
  helicsBrokerWaitForDisconnect(broker, 2000, &error);
  helicsCloseLibrary();
  if (answers < count) {
    fprintf(stderr, "error: only %d of %d exchanges brought new values\n", answers, rounds);
    return 1;
  }
  qsort(times + warm_up, count, sizeof *times, ascending);
  printf("%.1f %.1f\n", times[warm_up + count / 2], times[warm_up + (int)(count * 0.99)]);
  return 0;
}
