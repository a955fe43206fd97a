package org.bitexact.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The parameters of the engines, typed in a second time from the published descriptions; {@link ReferenceEngine} gives
 * them their meaning.
 *
 * <p>A line has a pattern for names of the catalogue and the parameters of those that match; {@code (x|y)} stands for
 * either, FP8 and the like for the formats that are listed below them.
 */
final class ReferenceTable {
    private static final String TEXT = """
            # NVIDIA: global alignment, zeros +0, NaN all ones
            nvidia.volta.mma(-cf16)?.f16.f32                                 | aligned n=4 F=23 floor=-131 out=rz NVIDIA
            nvidia.volta.mma.f16.f16                                         | aligned n=4 F=23 floor=-19 out=rne NVIDIA
            nvidia.turing.mma(-cf16)?.f16.f32                                | aligned n=8 F=24 floor=-132 out=rz NVIDIA
            nvidia.turing.mma.f16.f16                                        | aligned n=8 F=24 floor=-20 out=rne NVIDIA
            nvidia.(ampere|ada).mma.(f16|bf16).f32                           | aligned n=8 F=24 floor=-132 out=rz NVIDIA
            nvidia.(ampere|ada).mma.f16.f16                                  | aligned n=8 F=24 floor=-20 out=rne NVIDIA
            nvidia.(ampere|ada).mma.tf32.f32                                 | aligned n=4 F=24 floor=-132 out=rz operands=tf32-cut NVIDIA
            nvidia.ada.mma.FP8.f32                                           | aligned n=16 F=13 out=rz m=13 NVIDIA
            nvidia.ada.mma.FP8.f16                                           | aligned n=16 F=13 out=rne NVIDIA
            nvidia.(hopper|blackwell|rtx-blackwell).mma.(f16|bf16).f32       | aligned n=16 F=25 floor=-133 out=rz NVIDIA
            nvidia.(hopper|blackwell|rtx-blackwell).mma.f16.f16              | aligned n=16 F=25 floor=-21 out=rne NVIDIA
            nvidia.(hopper|blackwell|rtx-blackwell).mma.tf32.f32             | aligned n=8 F=25 floor=-133 out=rz operands=tf32-cut NVIDIA
            nvidia.(hopper.wgmma|blackwell.tcgen05).(f16|bf16).f32           | aligned n=16 F=25 floor=-133 out=rz NVIDIA
            nvidia.(hopper.wgmma|blackwell.tcgen05).f16.f16                  | aligned n=16 F=25 floor=-21 out=rne NVIDIA
            nvidia.(hopper.wgmma|blackwell.tcgen05).tf32.f32                 | aligned n=8 F=25 floor=-133 out=rz operands=tf32-cut NVIDIA
            nvidia.hopper.wgmma.FP8.f32                                      | aligned n=32 F=13 out=rz m=13 NVIDIA
            nvidia.hopper.wgmma.FP8.f16                                      | aligned n=32 F=13 out=rne NVIDIA
            nvidia.(hopper|blackwell).mma.FP8.f32                            | lowered F=25 floor=-133 out=rz least=-14 NVIDIA
            nvidia.(hopper|blackwell).mma.FP8.f16                            | lowered F=25 floor=-21 out=rne least=-14 NVIDIA
            nvidia.(blackwell.tcgen05|rtx-blackwell.mma).F8F6F4.f32          | aligned n=32 F=25 floor=-133 out=rz NVIDIA
            nvidia.(blackwell.tcgen05|rtx-blackwell.mma).F8F6F4.f16          | aligned n=32 F=25 floor=-21 out=rne NVIDIA
            nvidia.(blackwell.tcgen05|rtx-blackwell.mma)-mxf8f6f4.F8F6F4.f32 | aligned n=32 F=25 floor=-133 out=rz scale=e8m0 block=32 NVIDIA
            nvidia.(blackwell.tcgen05|rtx-blackwell.mma)-mxf4.e2m1.f32       | groups F=35 out=rz scale=e8m0 block=32 NVIDIA
            nvidia.(blackwell.tcgen05|rtx-blackwell.mma)-mxf4nvf4-ue8m0.e2m1.f32 | groups F=35 out=rz scale=e8m0 block=16 NVIDIA
            nvidia.(blackwell.tcgen05|rtx-blackwell.mma)-mxf4nvf4.e2m1.f32   | groups F=35 out=rz scale=ue4m3 block=16 NVIDIA
            nvidia.(ampere|ada|hopper|blackwell|rtx-blackwell).mma.f64.f64   | exact n=1
            # integers: one instruction a step
            nvidia.turing.mma.I8.i32                                         | product step=16 overflow=wrap
            nvidia.turing.mma-satfinite.I8.i32                               | product step=16 overflow=saturate
            nvidia.turing.mma.I4.i32                                         | product step=32 overflow=wrap
            nvidia.turing.mma-satfinite.I4.i32                               | product step=32 overflow=saturate
            nvidia.turing.bmma-xor.b1.i32                                    | xor step=128 overflow=wrap
            nvidia.MODERN.mma.I8.i32                                         | product step=32 overflow=wrap
            nvidia.MODERN.mma-satfinite.I8.i32                               | product step=32 overflow=saturate
            nvidia.MODERN.mma.I4.i32                                         | product step=64 overflow=wrap
            nvidia.MODERN.mma-satfinite.I4.i32                               | product step=64 overflow=saturate
            nvidia.MODERN.bmma-xor.b1.i32                                    | xor step=256 overflow=wrap
            nvidia.MODERN.bmma-and.b1.i32                                    | and step=256 overflow=wrap
            nvidia.hopper.wgmma.I8.i32                                       | product step=32 overflow=wrap
            nvidia.hopper.wgmma-satfinite.I8.i32                             | product step=32 overflow=saturate
            nvidia.blackwell.tcgen05.I8.i32                                  | product step=32 overflow=wrap
            # AMD: which NaN is not published
            amd.cdna1.mfma.f16.f32                                           | exact n=4 zero=plus
            amd.cdna1.mfma.bf16.f32                                          | exact n=2 zero=plus
            amd.cdna2.mfma.f16.f32                                           | pairwise n=4 daz=plus ftz=subnormal
            amd.cdna2.mfma.bf16.f32                                          | pairwise n=2 daz=plus ftz=subnormal
            amd.cdna2.mfma-1k.bf16.f32                                       | pairwise n=4 daz=plus ftz=subnormal
            amd.cdna3.mfma.(f16|bf16).f32                                    | cdna3 n=8
            amd.cdna3.mfma-k4.(f16|bf16).f32                                 | cdna3 n=4
            amd.cdna3.mfma.xf32.f32                                          | cdna3 n=4 operands=tf32-cut
            amd.cdna3.mfma.FNUZ.f32                                          | cdna3-fp8
            amd.cdna[123].mfma.f32.f32                                       | exact n=1
            amd.cdna[23].mfma.f64.f64                                        | exact n=1
            amd.cdna[12].mfma.i8.i32                                         | product step=16 overflow=wrap
            amd.cdna[12].mfma-clamp.i8.i32                                   | product step=16 overflow=saturate
            amd.cdna3.mfma.i8.i32                                            | product step=32 overflow=wrap
            amd.cdna3.mfma-clamp.i8.i32                                      | product step=32 overflow=saturate
            # Intel Gaudi
            intel.gaudi1.mme.(bf16|f32).f32                                  | gaudi1 daz=sign ftz=after nan=7fffffff
            intel.gaudi1.mme.f16.f32                                         | gaudi1 daz=keep cdaz=sign join-daz=sign ftz=after nan=7fffffff
            intel.gaudi2.mme.bf16.f32                                        | gaudi2 n=8 F=46 product=normalised daz=sign ftz=subnormal nan=7fffffff
            intel.gaudi2.mme.f16.f32                                         | gaudi2 n=8 F=46 product=normalised cdaz=sign ftz=subnormal nan=7fffffff
            intel.gaudi2.mme.tf32.f32                                        | gaudi2 n=4 F=46 product=normalised operands=tf32-rne daz=sign ftz=subnormal nan=7fffffff
            intel.gaudi2.mme.f32.f32                                         | gaudi2 n=2 F=46 slices=twelves daz=sign ftz=subnormal nan=7fffffff
            intel.gaudi2.mme.gaudi2_(e4m3_b3|e4m3_b7|e4m3_b11|e4m3_b15|e5m2_b15).f32 | gaudi2 n=16 F=24 least=-14 cdaz=sign ftz=subnormal nan=7fffffff
            intel.gaudi2.mme-ieee.f32.f32                                    | exact n=1 daz=sign ftz=after nan=7fffffff
            intel.gaudi3.mme.bf16.f32                                        | aligned n=8 F=24 floor=-132 out=rz NVIDIA
            intel.gaudi3.mme.GAUDI3.f32                                      | aligned n=8 F=24 floor=-132 out=rz least=-126 NVIDIA
            intel.gaudi3.mme.f16.f32                                         | aligned n=2 F=24 floor=-132 out=rz least=-126 slices=leading3 NVIDIA
            intel.gaudi3.mme.tf32.f32                                        | aligned n=2 F=24 floor=-132 out=rz least=-126 slices=leading3 operands=tf32-rne NVIDIA
            intel.gaudi3.mme.f32.f32                                         | aligned n=1 F=24 floor=-132 out=rz slices=bytes NVIDIA
            # processors
            x86.avx512.vdpbf16ps.bf16.f32                                    | fma-swapped daz=sign ftz=after nan=x86
            x86.amx.tdpbf16ps.bf16.f32                                       | halves daz=sign ftz=after nan=x86
            x86.amx.tdpfp16ps.f16.f32                                        | halves daz=keep cdaz=sign join-daz=sign ftz=after nan=x86
            x86.avx512.vpdpbusd.u8-i8.i32                                    | product step=4 overflow=wrap
            x86.avx512.vpdpbusds.u8-i8.i32                                   | product step=4 overflow=saturate
            x86.avx512.vpdpwssd.i16.i32                                      | product step=2 overflow=wrap
            x86.avx512.vpdpwssds.i16.i32                                     | product step=2 overflow=saturate
            x86.amx.tdpbssd.i8.i32                                           | product step=64 overflow=wrap
            x86.amx.tdpbsud.i8-u8.i32                                        | product step=64 overflow=wrap
            x86.amx.tdpbusd.u8-i8.i32                                        | product step=64 overflow=wrap
            x86.amx.tdpbuud.u8.i32                                           | product step=64 overflow=wrap
            arm.a64.(bfdot|bfmmla).bf16.f32                                  | bfdot daz=sign ftz=before join=ro nan=7fc00000
            arm.a64.(bfdot|bfmmla)-ebf.bf16.f32                              | bfdot-ebf nan=7fc00000
            # readings of contracts
            aws.inferentia1.contract.(bf16|f16).f32                          | exact n=1
            aws.inferentia1.contract.f32.f32                                 | exact n=1 operands=bf16-rne
            aws.trainium[123].contract.(bf16|f16|f32|AWS8).f32               | tiles tile=128
            aws.trainium[123].contract.tf32.f32                              | tiles tile=128 operands=tf32-rne
            aws.trainium2.contract-double.AWS8.f32                           | tiles tile=128 n=2
            aws.trainium3.contract-mxfp8.(e4m3|e5m2).f32                     | tiles tile=128 n=4 F=46 scale=e8m0 block=32
            aws.trainium3.contract-mxfp4.e2m1.f32                            | tiles tile=128 n=4 F=46 scale=e8m0 block=32
            aws.trainium3.contract-psum-bf16.bf16.bf16                       | tiles tile=128 partial=f32
            google.tpu2.contract.bf16.f32                                    | tiles tile=128 daz=sign ftz=after
            google.tpu2.contract.f32.f32                                     | tiles tile=128 operands=bf16-rne daz=sign ftz=after
            google.tpu6e.contract.bf16.f32                                   | tiles tile=256 daz=sign ftz=after
            google.tpu6e.contract.f32.f32                                    | tiles tile=256 operands=bf16-rne daz=sign ftz=after
            graphcore.ipu.contract.(f16|ipu_f143|ipu_f152).(f32|f16)         | exact n=4
            graphcore.ipu.contract.f32.f32                                   | exact n=1
            (aws.inferentia1|google.tpu1).contract.i8.i32                    | product step=128 overflow=wrap
            google.tpu1.contract.(u8|u8-i8).i32                              | product step=128 overflow=wrap
            ieee.fma-chain.(e4m3|e5m2|f16|bf16|f32).f32                      | exact n=1 nan=7fc00000
            ieee.fma-chain.f64.f64                                           | exact n=1 nan=7ff8000000000000
            """;

    /** Names of pairs of formats, and of chips. */
    private static final Map<String, String> WORDS = Map.of(
            "F8F6F4", pairs("e4m3|e5m2|e3m2|e2m3|e2m1"),
            "FP8", pairs("e4m3|e5m2"),
            "FNUZ", pairs("e4m3fnuz|e5m2fnuz"),
            "GAUDI3", pairs("e4m3|gaudi3_e4m3_b7|gaudi3_e5m2_b15"),
            "AWS8", "(aws_e5m2|aws_e4m3|aws_e3m4)",
            "I8", pairs("i8|u8"),
            "I4", pairs("i4|u4"),
            "MODERN", "(ampere|ada|hopper|blackwell|rtx-blackwell)");

    private static final List<Pattern> PATTERNS = new ArrayList<>();
    private static final List<Map<String, String>> ROWS = new ArrayList<>();

    static {
        for (String line : TEXT.lines().toList()) {
            if (!line.startsWith("#")) {
                int bar = line.indexOf(" | ");
                PATTERNS.add(pattern(line.substring(0, bar).strip()));
                ROWS.add(parameters(line.substring(bar + 3).strip()));
            }
        }
    }

    private ReferenceTable() {}

    private static String pairs(String formats) {
        return "(" + formats + ")(-(" + formats + "))?";
    }

    private static Pattern pattern(String text) {
        String regex = text.replace(".", "\\.");
        for (String word : List.of("F8F6F4", "FP8", "FNUZ", "GAUDI3", "AWS8", "I8", "I4", "MODERN")) {
            regex = regex.replace(word, WORDS.get(word));
        }
        return Pattern.compile(regex);
    }

    private static Map<String, String> parameters(String text) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String word : text.replace("NVIDIA", "zero=plus nan=ones").split(" ")) {
            String[] parts = word.split("=");
            parameters.put(parts.length == 1 ? "rule" : parts[0], parts[parts.length - 1]);
        }
        return parameters;
    }

    /** {@return the number of lines that match a name: one, if the table is as it should be} */
    static long matches(String name) {
        return PATTERNS.stream().filter(p -> p.matcher(name).matches()).count();
    }

    /** {@return the parameters of an engine} */
    static Map<String, String> row(String name) {
        for (int i = 0; i < PATTERNS.size(); i++) {
            if (PATTERNS.get(i).matcher(name).matches()) {
                Map<String, String> row = new LinkedHashMap<>(ROWS.get(i));
                row.replace("nan", "ones", name.endsWith(".f16") ? "7fff" : "7fffffff");
                return row;
            }
        }
        throw new IllegalArgumentException("no line for " + name);
    }

    /** {@return whether each line matches an engine of the catalogue} */
    static List<String> idleLines() {
        return PATTERNS.stream()
                .filter(p -> Engines.all().stream()
                        .noneMatch(engine -> p.matcher(engine.name()).matches()))
                .map(Pattern::toString)
                .toList();
    }
}
