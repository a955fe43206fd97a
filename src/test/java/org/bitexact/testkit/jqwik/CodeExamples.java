package org.bitexact.testkit.jqwik;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.bitexact.codec.Codec;
import org.bitexact.codec.Codes;
import org.bitexact.format.Formats;
import org.bitexact.testkit.CodeAssertions;
import org.bitexact.testkit.CodePoint;
import org.bitexact.testkit.ScalarFunction;

/** Properties shown in the API documentation; {@link CodeProperties} runs them as its own. */
class CodeExamples {
    // @start region="jqwik"
    private final Codec e4m3 = Codec.of(Formats.OCP_E4M3).saturating();
    private final ScalarFunction toE4m3 = ScalarFunction.convert(Formats.BINARY32, e4m3);

    /** Ties, limits, NaNs of the target and what lies beside them; fails with the simplest float that shows the defect. */
    @Property
    void convertsAsTheOracleDoes(@ForAll @Code(value = "f32", target = "e4m3") int bits) {
        long actual = e4m3.encode(Float.intBitsToFloat(bits));
        CodeAssertions.of(Formats.OCP_E4M3).assertCode(toE4m3, actual, Integer.toUnsignedLong(bits));
    }

    /** All 256 codes, since they are no more than a property's tries. */
    @Property
    void negatesTwiceToTheSame(@ForAll @Code("e4m3") CodePoint x) {
        Codes codes = Codes.of(Formats.OCP_E4M3);
        CodeAssertions.of(Formats.OCP_E4M3).assertEquals(x.code(), codes.negate(codes.negate(x.code())));
    }
    // @end
}
