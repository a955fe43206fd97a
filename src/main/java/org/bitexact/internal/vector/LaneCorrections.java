package org.bitexact.internal.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import org.bitexact.internal.array.HalfOperation;

/** The corrections of {@link HalfOperation} in vectors. */
final class LaneCorrections implements HalfOperation.Corrections {
    private static final int MAGNITUDE = 0x7fff;
    private static final int INFINITY = 0x7c00;

    @Override
    public void addToOdd(float[] u, float[] v, int n) {
        for (int i = 0; i < n; i = Math.addExact(i, Lanes.COUNT)) {
            Lanes.sumToOdd(FloatVector.fromArray(Lanes.FLOATS, u, i), FloatVector.fromArray(Lanes.FLOATS, v, i))
                    .reinterpretAsFloats()
                    .intoArray(u, i);
        }
    }

    @Override
    public boolean someNan(short[] codes, int from, int n) {
        ShortVector largest = ShortVector.zero(Lanes.PAIRS);
        ShortVector magnitude = ShortVector.broadcast(Lanes.PAIRS, (short) MAGNITUDE);
        int count = Lanes.PAIRS.length();
        int end = from + n / count * count;
        for (int i = from; i < end; i = Math.addExact(i, count)) {
            largest = largest.max(ShortVector.fromArray(Lanes.PAIRS, codes, i).and(magnitude));
        }
        int most = largest.reduceLanes(VectorOperators.MAX);
        for (int i = end; i < from + n; i++) {
            most = Math.max(most, codes[i] & MAGNITUDE);
        }
        return most > INFINITY;
    }
}
