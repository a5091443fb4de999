#define _GNU_SOURCE /* For the processors that a process may use. */
#include "parallel.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * TensorFlow's C interface lends its own threads to no kernel, so there is a small pool here. It serves one call at a time;
 * a call that finds it busy does its work alone, for then other ops are running and the processors are taken.
 */
enum { most_threads = 64 };

static struct {
  pthread_mutex_t in_use, lock;
  pthread_cond_t begun, ended;
  int helpers, busy;
  uint64_t round;
  void (*work)(int64_t, void *);
  void *shared;
  int64_t count;
  atomic_int_fast64_t next;
} pool = {.in_use = PTHREAD_MUTEX_INITIALIZER,
          .lock = PTHREAD_MUTEX_INITIALIZER,
          .begun = PTHREAD_COND_INITIALIZER,
          .ended = PTHREAD_COND_INITIALIZER,
          .helpers = -1};

static void take_pieces(void) {
  int64_t index;
  while ((index = atomic_fetch_add(&pool.next, 1)) < pool.count) pool.work(index, pool.shared);
}

static void *help(void *nothing) {
  uint64_t seen = 0;
  pthread_mutex_lock(&pool.lock);
  while (true) {
    while (pool.round == seen) pthread_cond_wait(&pool.begun, &pool.lock);
    seen = pool.round;
    pthread_mutex_unlock(&pool.lock);
    take_pieces();
    pthread_mutex_lock(&pool.lock);
    if (--pool.busy == 0) pthread_cond_signal(&pool.ended);
  }
  return nothing;
}

int thread_count(void) {
  const char *told = getenv("TF_NUM_INTRAOP_THREADS");
  long threads = told ? strtol(told, NULL, 10) : 0;
  if (threads <= 0) threads = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
  cpu_set_t usable;
  if (!(told && *told) && sched_getaffinity(0, sizeof usable, &usable) == 0) threads = CPU_COUNT(&usable);
#endif
  return (int)(threads < 1 ? 1 : threads > most_threads ? most_threads : threads);
}

static void start_helpers(void) {
  pool.helpers = 0;
  for (int wanted = thread_count() - 1; pool.helpers < wanted; pool.helpers++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, help, NULL) != 0) break;
    pthread_detach(thread);
  }
}

void for_each(int64_t count, void (*work)(int64_t, void *), void *shared) {
  if (count > 1 && pthread_mutex_trylock(&pool.in_use) == 0) {
    if (pool.helpers < 0) start_helpers();
    if (pool.helpers > 0) {
      pool.work = work;
      pool.shared = shared;
      pool.count = count;
      atomic_store(&pool.next, 0);
      pthread_mutex_lock(&pool.lock);
      pool.busy = pool.helpers;
      pool.round++;
      pthread_cond_broadcast(&pool.begun);
      pthread_mutex_unlock(&pool.lock);
      take_pieces();
      pthread_mutex_lock(&pool.lock);
      while (pool.busy > 0) pthread_cond_wait(&pool.ended, &pool.lock);
      pthread_mutex_unlock(&pool.lock);
      pthread_mutex_unlock(&pool.in_use);
      return;
    }
    pthread_mutex_unlock(&pool.in_use);
  }
  for (int64_t index = 0; index < count; index++) work(index, shared);
}
