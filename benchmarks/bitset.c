/* The limit in C: the sets of one question over 64-bit words, and every start listed with its practitioners.
   Reads: words, the ticks of a visit, of a visit with its clean-up, practitioners, rooms, devices; then the grid, and
   each one's free time. Prints: nanoseconds of the median, (start, practitioner) pairs found. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MOST 4096
#define ROUNDS 201

static int words, visit, whole, people, rooms, devices;
static uint64_t grid[MOST], with[64][MOST], place[64][MOST], thing[64][MOST];
static uint64_t left[MOST], common[MOST], any_thing[MOST];
static uint32_t found[1 << 20];

/* The ticks from which on so many in a row are free: a set and-ed with itself shifted by one, two, four... */
static void begins(const uint64_t *from, int ticks, uint64_t *to) {
    memcpy(to, from, words * sizeof *to);
    for (int have = 1; have < ticks;) {
        int step = have < ticks - have ? have : ticks - have;
        for (int w = 0; w < words; w++)
            to[w] &= to[w] >> step | (w + 1 < words ? to[w + 1] << (64 - step) : 0);
        have += step;
    }
}

static void any(uint64_t (*of)[MOST], int count, uint64_t *to) {
    memset(to, 0, words * sizeof *to);
    for (int n = 0; n < count; n++) {
        begins(of[n], whole, left);
        for (int w = 0; w < words; w++) to[w] |= left[w];
    }
}

static int ask(void) {
    int count = 0;
    any(place, rooms, common);
    any(thing, devices, any_thing);
    for (int w = 0; w < words; w++) common[w] &= any_thing[w] & grid[w];
    for (int n = 0; n < people; n++) {
        begins(with[n], visit, left);
        for (int w = 0; w < words; w++)
            for (uint64_t some = left[w] & common[w]; some; some &= some - 1)
                found[count++] = (uint32_t)(w * 64 + __builtin_ctzll(some)) << 6 | n;
    }
    return count;
}

static void load(uint64_t *to) {
    for (int w = 0; w < words; w++)
        if (scanf("%lx", (unsigned long *)&to[w]) != 1) exit(1);
}

static int longer(const void *one, const void *other) {
    long a = *(const long *)one, b = *(const long *)other;
    return (a > b) - (a < b);
}

int main(void) {
    static long took[ROUNDS];
    int count = 0;
    if (scanf("%d %d %d %d %d %d", &words, &visit, &whole, &people, &rooms, &devices) != 6 || words > MOST) return 1;
    load(grid);
    for (int n = 0; n < people; n++) load(with[n]);
    for (int n = 0; n < rooms; n++) load(place[n]);
    for (int n = 0; n < devices; n++) load(thing[n]);
    for (int r = 0; r < ROUNDS; r++) {
        struct timespec from, to;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
        count = ask();
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
        took[r] = (to.tv_sec - from.tv_sec) * 1000000000L + to.tv_nsec - from.tv_nsec;
    }
    qsort(took, ROUNDS, sizeof *took, longer);
    printf("%ld %d\n", took[ROUNDS / 2], count);
    return 0;
}
