package org.bitexact.engine;

import static org.bitexact.format.Formats.BFLOAT16;
import static org.bitexact.format.Formats.BINARY16;
import static org.bitexact.format.Formats.BINARY32;
import static org.bitexact.format.Formats.INT32;
import static org.bitexact.format.Formats.INT8;
import static org.bitexact.format.Formats.UINT8;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.engine.Spec.NanResult;
import org.bitexact.engine.Spec.Underflow;
import org.bitexact.format.FormatNames;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Rounding;

/** Dot-product instructions of processors: x86 and Arm. */
final class CpuEngines {
    private static final int TILE_BYTES = 64;

    private final List<Engine> rows = new ArrayList<>();

    private CpuEngines() {}

    static List<Engine> rows() {
        CpuEngines engines = new CpuEngines();
        engines.x86Floats();
        engines.x86Integers();
        engines.arm();
        return engines.rows;
    }

    private void x86Floats() {
        Spec.Builder x86 = Spec.exact(1).flush(Underflow.FLUSH_AFTER_ROUNDING).nan(NanResult.X86);
        rows.add(Engine.builder("x86.avx512.vdpbf16ps.bf16.f32")
                .inputs(BFLOAT16)
                .output(BINARY32)
                .spec(x86.order(Order.reordered(2, 1, 0)).build())
                .evidence(Evidence.MEASURED, Sources.INTEL_SDM)
                .note("Raw results of a processor with AVX512_BF16 are under test-vectors/engines.")
                .build());
        Order halves =
                Order.lanes(TILE_BYTES / 2, 0, 1).withJoin(Rounding.TIES_TO_EVEN, Underflow.FLUSH_AFTER_ROUNDING);
        rows.add(Engine.builder("x86.amx.tdpbf16ps.bf16.f32")
                .inputs(BFLOAT16)
                .output(BINARY32)
                .spec(x86.order(halves).build())
                .evidence(Evidence.PSEUDOCODE, Sources.INTEL_SDM)
                .shapes("16x16x32")
                .build());
        rows.add(Engine.builder("x86.amx.tdpfp16ps.f16.f32")
                .inputs(BINARY16)
                .output(BINARY32)
                .spec(x86.flushOperands(false).build())
                .evidence(Evidence.PSEUDOCODE, Sources.INTEL_SDM)
                .shapes("16x16x32")
                .build());
    }

    private void x86Integers() {
        IntFormat int16 = (IntFormat) FormatNames.scalar("i16").format();
        for (boolean saturate : new boolean[] {false, true}) {
            String suffix = saturate ? "s" : "";
            vnni("vpdpbusd" + suffix, "u8-i8", UINT8, INT8, new IntegerSpec(product(), saturate, 4));
            vnni("vpdpwssd" + suffix, "i16", int16, int16, new IntegerSpec(product(), saturate, 2));
        }
        IntegerSpec tile = IntegerSpec.wrapping(TILE_BYTES);
        integer("amx.tdpbssd", "i8", INT8, INT8, tile);
        integer("amx.tdpbsud", "i8-u8", INT8, UINT8, tile);
        integer("amx.tdpbusd", "u8-i8", UINT8, INT8, tile);
        integer("amx.tdpbuud", "u8", UINT8, UINT8, tile);
    }

    private static IntegerSpec.Operation product() {
        return IntegerSpec.Operation.MULTIPLY;
    }

    /** An instruction with an EVEX and a VEX encoding. */
    private void vnni(String instruction, String inputs, IntFormat a, IntFormat b, IntegerSpec spec) {
        rows.add(Engine.builder("x86.avx512." + instruction + "." + inputs + ".i32")
                .aliases("x86.avxvnni." + instruction + "." + inputs + ".i32")
                .inputs(a, b)
                .output(INT32)
                .spec(spec)
                .evidence(Evidence.MEASURED, Sources.INTEL_SDM)
                .note("Raw results of a processor with AVX512_VNNI are under test-vectors/engines.")
                .build());
    }

    private void integer(String instruction, String inputs, IntFormat a, IntFormat b, IntegerSpec spec) {
        rows.add(Engine.builder("x86." + instruction + "." + inputs + ".i32")
                .inputs(a, b)
                .output(INT32)
                .spec(spec)
                .evidence(Evidence.PSEUDOCODE, Sources.INTEL_SDM)
                .build());
    }

    private void arm() {
        Spec odd = Spec.exact(1)
                .rounding(Rounding.TO_ODD)
                .flush(Underflow.FLUSH_BEFORE_ROUNDING)
                .order(Order.lanes(2, 0, 1)
                        .fromNegativeZero()
                        .withJoin(Rounding.TO_ODD, Underflow.FLUSH_BEFORE_ROUNDING))
                .build();
        Spec extended = Spec.exact(2).order(Order.tiles(2).fromNegativeZero()).build();
        // both instructions take two products at a time; BFMMLA does so twice, for elements 0, 1 and 2, 3
        for (String instruction : List.of("bfdot", "bfmmla")) {
            arm(instruction, odd, "FPCR.EBF = 0, or a processor without FEAT_EBF16.");
            arm(instruction + "-ebf", extended, "FPCR.EBF = 1, rounding to nearest, nothing flushed, FPCR.DN = 1.");
        }
    }

    private void arm(String instruction, Spec spec, String note) {
        rows.add(Engine.builder("arm.a64." + instruction + ".bf16.f32")
                .inputs(BFLOAT16)
                .output(BINARY32)
                .spec(spec)
                .evidence(Evidence.PSEUDOCODE, Sources.ARM_ARM)
                .note(note)
                .build());
    }
}
