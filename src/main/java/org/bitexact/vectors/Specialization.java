package org.bitexact.vectors;

import java.util.Optional;

/**
 * The processor families whose choices SoftFloat can be built to make: NaN results, and integers from invalid conversions.
 *
 * <p>With TestFloat the choice is made when the program is compiled; here it is an option, {@code -specialize}.
 *
 * @since 0.1
 */
public enum Specialization {
    /** x87: default NaN negative, payload of the operand with the larger significand. */
    X86_X87("8086"),
    /** SSE: default NaN negative, payload of the first NaN operand. The default of TestFloat's Linux build. */
    X86_SSE("8086-SSE"),
    /** RISC-V: every NaN result is the default NaN, positive. */
    RISCV("RISCV"),
    /** Arm VFPv2: default NaN positive, payload propagated, signaling operands first. */
    ARM_VFPV2("ARM-VFPv2"),
    /** Arm VFPv2 in default-NaN mode. */
    ARM_VFPV2_DEFAULT_NAN("ARM-VFPv2-defaultNaN");

    private final String label;

    Specialization(String label) {
        this.label = label;
    }

    /**
     * {@return SoftFloat's name, as {@code 8086-SSE}}
     */
    public String label() {
        return label;
    }

    /**
     * Finds a family by SoftFloat's name.
     *
     * @param label name, in upper or lower case
     * @return the family, or empty if there is none of the name
     */
    public static Optional<Specialization> of(String label) {
        for (Specialization s : values()) {
            if (s.label.equalsIgnoreCase(label)) {
                return Optional.of(s);
            }
        }
        return Optional.empty();
    }
}
