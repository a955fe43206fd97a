package org.bitexact.vectors;

import java.util.ArrayList;
import java.util.List;
import org.bitexact.engine.Engines;
import org.bitexact.format.FormatNames;
import org.bitexact.format.Formats;
import org.bitexact.format.Policies;
import org.bitexact.format.Rounding;
import org.bitexact.quant.BlockCodec;

/** Functions of every kind, for tests that hold for all of them. */
final class PackKinds {
    private PackKinds() {}

    static List<PackFunction> all() {
        List<PackFunction> all = new ArrayList<>(scalars());
        all.add(PackRequest.dot(Engines.get("nvidia.hopper.wgmma.e4m3.f32"), 16));
        all.add(PackRequest.dot(Engines.get("ieee.fma-chain.bf16.f32"), 5));
        all.add(PackRequest.dot(Engines.get("x86.avx512.vpdpbusds.u8-i8.i32"), 8));
        all.add(PackRequest.dot(Engines.get("nvidia.ampere.mma.tf32.f32"), 4));
        all.add(PackRequest.dot(Engines.get("nvidia.blackwell.tcgen05-mxf8f6f4.e4m3.f32"), 40));
        all.add(PackRequest.tile(Engines.get("nvidia.volta.mma.f16.f32"), "m2n3k4"));
        all.add(PackRequest.block(BlockCodec.of(FormatNames.block("mxfp8_e4m3"))));
        all.add(PackRequest.block(BlockCodec.of(FormatNames.block("nvfp4"))));
        all.add(PackRequest.block(BlockCodec.of(FormatNames.block("mxint8"))));
        all.add(PackRequest.requantize(Formats.INT8, true));
        all.add(PackRequest.requantize(Formats.UINT4, false));
        return all;
    }

    static List<PackFunction> scalars() {
        List<PackFunction> all = new ArrayList<>();
        for (String name : List.of(
                "f32_to_e4m3",
                "f64_to_bf16",
                "tf32_to_f16",
                "e2m1_to_f32",
                "f32_to_i8",
                "i32_to_f16",
                "f32_to_e8m0",
                "f16_add",
                "bf16_sub",
                "e4m3_mul",
                "e5m2_div",
                "f16_rem",
                "tf32_sqrt",
                "e3m2_mulAdd",
                "e4m3_roundToInt",
                "f16_lt",
                "e5m2_eq_signaling",
                "e4m3_le_quiet",
                "e4m3_mulAdd_f32",
                "bf16_mulAdd_f32",
                "f32_mulAdd",
                "p3109_k8p4se_add",
                "ue4m3_mul")) {
            all.add(PackRequest.scalar(name, Policies.IEEE));
        }
        all.add(PackRequest.scalar("f32_to_e4m3", Policies.IEEE.saturating().withRounding(Rounding.TO_ODD)));
        all.add(PackRequest.scalar("f32_to_bf16", Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_A, 12)));
        all.add(PackRequest.scalar("e5m2_mulAdd", Policies.IEEE.withStochasticRounding(Rounding.STOCHASTIC_B, 5)));
        all.add(PackRequest.scalar(
                TestFloatOperation.MUL_ADD,
                List.of(Formats.OCP_E4M3, Formats.OCP_E5M2, Formats.BINARY32, Formats.BINARY16),
                Policies.IEEE));
        return all;
    }

    static Pack pack(PackFunction function, int count) {
        return new PackRequest(function, function.stimuli().get(0), count, 1).generate();
    }
}
