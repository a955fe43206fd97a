package org.bitexact.format;

import java.util.Objects;

/**
 * A name by which some ecosystem knows a format.
 *
 * @param ecosystem who uses the name: {@code ieee}, {@code c}, {@code testfloat}, {@code ml_dtypes}, {@code mlir}, {@code onnx},
 *     {@code safetensors}, {@code pytorch}, {@code cuda}, {@code amd}, {@code intel}, {@code neuron}, {@code riscv},
 *     {@code other}
 * @param name the name as written there
 * @since 0.1
 */
public record Alias(String ecosystem, String name) {
    /** Checks that both components are present. */
    public Alias {
        if (ecosystem.isBlank() || Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException(
                    "alias must name an ecosystem and a name: '" + ecosystem + "', '" + name + "'");
        }
    }
}
