package org.bitexact.layerfixture.oracle;

import java.math.BigDecimal;
import org.apache.commons.numbers.fraction.BigFraction;

/** Uses what the oracle may use. */
final class Allowed {
    private Allowed() {}

    static BigDecimal[] value() {
        return new BigDecimal[] {BigFraction.ONE.bigDecimalValue()};
    }
}
