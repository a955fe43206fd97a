/* Checks a converter from binary32 to E4M3 against a pack in a generated header:
 *
 *     bitexact vectors write f32_to_e4m3 --stimulus hard --out cvt.h
 *     cc -std=c99 -I. check.c && ./a.out
 *
 * Exit code 0 no errors, 1 errors. -DDEFECT rounds ties up, which the pack must find. */
#include <stdio.h>

#include "cvt.h"

/* What the firmware of an accelerator might have: nearest even, overflow to NaN, no flags. */
static uint8_t e4m3(uint32_t x) {
    uint8_t sign = (uint8_t) (x >> 24 & 0x80);
    uint32_t magnitude = x & 0x7fffffff;
    if (magnitude > 0x43e80000) return sign | 0x7f; /* above 464, which is a tie and becomes 448; or NaN */
    int exponent = (int) (magnitude >> 23) - 127;
    if (exponent < -10) return sign; /* below half of the smallest subnormal number, 2^-10 */
    uint32_t significand = (magnitude & 0x7fffff) | 0x800000;
    int shift = 20 + (exponent < -6 ? -6 - exponent : 0);
    uint32_t kept = significand >> shift;
    uint32_t rest = significand & (((uint32_t) 1 << shift) - 1);
    uint32_t half = (uint32_t) 1 << (shift - 1);
#ifdef DEFECT
    kept += rest >= half;
#else
    kept += rest > half || (rest == half && (kept & 1));
#endif
    /* the significand's leading bit adds one to the exponent field of normal numbers */
    return sign | (uint8_t) (kept + (exponent < -6 ? 0 : (uint32_t) (exponent + 6) << 3));
}

int main(void) {
    int errors = 0;
    for (int i = 0; i < CVT_COUNT; i++) {
        uint8_t z = e4m3(cvt_a[i]);
        if (z != cvt_z[i] && errors++ == 0) {
            printf("case %d: %08lx gives %02x, expected %02x\n", i, (unsigned long) cvt_a[i], z, cvt_z[i]);
        }
    }
    printf("%d cases, %d errors\n", CVT_COUNT, errors);
    return errors != 0;
}
