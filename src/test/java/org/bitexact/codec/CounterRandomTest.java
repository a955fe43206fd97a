package org.bitexact.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fast")
class CounterRandomTest {
    @Test
    void wordsAreThoseOfSplittableRandom() {
        for (long seed : new long[] {0, 1, -1, 42, Long.MIN_VALUE, 0x9e37_79b9_7f4a_7c15L}) {
            SplittableRandom reference = new SplittableRandom(seed);
            for (long i = 0; i < 1000; i++) {
                assertThat(CounterRandom.word(seed, i)).isEqualTo(reference.nextLong());
            }
        }
    }

    @Test
    void firstWordOfSeedZeroIsThePublishedOne() {
        // the first output of the reference implementation, splitmix64.c by S. Vigna, for x = 0
        assertThat(CounterRandom.word(0, 0)).isEqualTo(0xe220_a839_7b1d_cdafL);
    }

    @Test
    void valuesThatNeedFewBitsShareAWord() {
        // word 0 of seed 0 is e220a839_7b1dcdaf
        assertThat(CounterRandom.bits(0, 0, 16)).isEqualTo(0xcdaf);
        assertThat(CounterRandom.bits(0, 1, 16)).isEqualTo(0x7b1d);
        assertThat(CounterRandom.bits(0, 2, 16)).isEqualTo(0xa839);
        assertThat(CounterRandom.bits(0, 3, 16)).isEqualTo(0xe220);
        assertThat(CounterRandom.bits(0, 4, 16)).isEqualTo(CounterRandom.word(0, 1) & 0xffff);
        assertThat(CounterRandom.bits(0, 0, 17)).isEqualTo(0x7b1d_cdafL >>> 15);
        assertThat(CounterRandom.bits(0, 1, 32)).isEqualTo(0xe220_a839L);
        assertThat(CounterRandom.bits(0, 0, 33)).isEqualTo(0xe220_a839_7b1d_cdafL >>> 31);
        assertThat(CounterRandom.bits(0, 1, 33)).isEqualTo(CounterRandom.word(0, 1) >>> 31);
    }

    @Test
    void aValueTakesTheTopOfItsShare() {
        assertThat(CounterRandom.bits(0, 3, 4)).isEqualTo(0xe);
        assertThat(CounterRandom.bits(0, 0, 12)).isEqualTo(0xcda);
        assertThat(CounterRandom.bits(0, 3, 1)).isEqualTo(1);
        assertThat(CounterRandom.bits(0, 1, 1)).isZero();
        assertThat(CounterRandom.bits(0, 0, 63)).isEqualTo(0xe220_a839_7b1d_cdafL >>> 1);
    }

    @Test
    void numberOfBitsIsChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CounterRandom.bits(0, 0, 64))
                .withMessage("n must be in [1, 63]: 64");
        assertThatIllegalArgumentException().isThrownBy(() -> CounterRandom.bits(0, 0, 0));
    }
}
