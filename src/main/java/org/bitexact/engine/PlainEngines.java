package org.bitexact.engine;

import static org.bitexact.format.Formats.BFLOAT16;
import static org.bitexact.format.Formats.BINARY16;
import static org.bitexact.format.Formats.BINARY32;
import static org.bitexact.format.Formats.BINARY64;
import static org.bitexact.format.Formats.OCP_E4M3;
import static org.bitexact.format.Formats.OCP_E5M2;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.format.FloatFormat;

/** Plain kernels beside the chips: what a simulator without a chip in mind computes. */
final class PlainEngines {
    private PlainEngines() {}

    static List<Engine> rows() {
        List<Engine> rows = new ArrayList<>();
        for (FloatFormat in : List.of(OCP_E4M3, OCP_E5M2, BINARY16, BFLOAT16, BINARY32, BINARY64)) {
            FloatFormat out = in == BINARY64 ? BINARY64 : BINARY32;
            rows.add(row("fma-chain", in, out, "A fused multiply-add for each element, k ascending."));
        }
        return rows;
    }

    private static Engine row(String kernel, FloatFormat in, FloatFormat out, String note) {
        return Engine.builder("ieee." + kernel + "." + in.name() + "." + out.name())
                .inputs(in)
                .output(out)
                .spec(Spec.exact(1).build())
                .evidence(Evidence.STANDARD, Sources.IEEE754)
                .note(note)
                .build();
    }
}
