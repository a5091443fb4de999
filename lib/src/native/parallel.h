#ifndef DDPM_DIP_PARALLEL_H
#define DDPM_DIP_PARALLEL_H

#include <stdint.h>

/**
 * Does pieces of work, `count` of them, on as many threads as TF_NUM_INTRAOP_THREADS says, the machine's processors where it
 * says nothing. Which thread does a piece is open: what is computed must not depend on it.
 */
void for_each(int64_t count, void (*work)(int64_t index, void *shared), void *shared);

/** On how many threads at most. */
int thread_count(void);

#endif
