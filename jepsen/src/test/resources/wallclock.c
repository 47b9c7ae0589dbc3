// SPDX-License-Identifier: Apache-2.0
// Moves the wall clock of one process, and nothing else: monotonic clocks and timers stay right.
//   gcc -shared -fPIC -o wallclock.so wallclock.c -ldl
//   LD_PRELOAD=…/wallclock.so WALLCLOCK_OFFSET_SECONDS=3600 java …
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>

static long offset_seconds(void) {
  static long offset;
  static int known;
  if (!known) {
    const char *text = getenv("WALLCLOCK_OFFSET_SECONDS");
    offset = text ? atol(text) : 0;
    known = 1;
  }
  return offset;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int failed = real(clock, now);
  if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += offset_seconds();
  return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
  struct timespec exact;
  (void)zone;
  if (clock_gettime(CLOCK_REALTIME, &exact)) return -1;
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *now) {
  struct timespec exact;
  clock_gettime(CLOCK_REALTIME, &exact);
  if (now) *now = exact.tv_sec;
  return exact.tv_sec;
}
