package org.bitexact.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every name that someone may write for a format. */
@Tag("fast")
class FormatNamesTest {
    private static ScalarFormat find(String name) {
        return FormatNames.scalar(name).format();
    }

    @Nested
    class Aliases {
        /** The names of each format, by hand: standards and C, frameworks, file formats, CUDA, other hardware. */
        static Stream<Arguments> names() {
            return Stream.of(
                    row("f64", "f64, binary64, fp64, double, float64, DOUBLE, F64, .f64, CUDA_R_64F"),
                    row("f32", "f32, binary32, single, fp32, FP32, float, float32, FLOAT, F32, .f32, R_32F"),
                    row("f16", "f16, binary16, half, fp16, h, float16, FLOAT16, F16, .f16, FP16, __half, R_16F"),
                    row(
                            "bf16",
                            "bf16, bfloat16, brain, b, BFLOAT16, BF16, .bf16, FP16ALT, bhalf, __nv_bfloat16, R_16BF,"
                                    + " CUDA_R_16BF"),
                    row("tf32", "tf32, TensorFloat-32, t, .tf32, xf32, E8M10, tfloat32, FloatTF32"),
                    row(
                            "e4m3",
                            "e4m3, OFP8 E4M3, q43, fp8-e4m3, float8_e4m3fn, f8E4M3FN, FLOAT8E4M3FN, F8_E4M3, .e4m3,"
                                    + " FP8ALT, hf8, HF8, __nv_fp8_e4m3, R_8F_E4M3, e4m3fn, Float8E4M3FN"),
                    row(
                            "e4m3_ieee",
                            "e4m3_ieee, e4m3i, float8_e4m3, f8E4M3, FP8_EXP4, float8e4, Float8E4M3, NRT_DTYPE_FP8_E4"),
                    row(
                            "e5m2",
                            "e5m2, OFP8 E5M2, q52, float8_e5m2, f8E5M2, FLOAT8E5M2, F8_E5M2, .e5m2, bf8, BF8,"
                                    + " __nv_fp8_e5m2, R_8F_E5M2, FP8_EXP5, float8e5, FP8_e5m2, Float8E5M2"),
                    row("e4m3fnuz", "e4m3fnuz, float8_e4m3fnuz, f8E4M3FNUZ, FLOAT8E4M3FNUZ, F8_E4M3FNUZ"),
                    row("e5m2fnuz", "e5m2fnuz, float8_e5m2fnuz, f8E5M2FNUZ, FLOAT8E5M2FNUZ, F8_E5M2FNUZ"),
                    row(
                            "e4m3b11fnuz",
                            "e4m3b11fnuz, float8_e4m3b11fnuz, f8E4M3B11FNUZ, Float8E4M3B11FNUZ, float8_e4m3b11"),
                    row("e3m4", "e3m4, float8_e3m4, f8E3M4, FP8_EXP3, float8e3, Float8E3M4, FP8_e3m4"),
                    row("e3m4fn", "e3m4fn, float8_e3m4fn"),
                    row(
                            "e8m0",
                            "e8m0, E8M0, float8_e8m0fnu, f8E8M0FNU, FLOAT8E8M0, F8_E8M0, .ue8m0, ue8m0,"
                                    + " __nv_fp8_e8m0, R_8F_UE8M0, Float8E8M0FNU"),
                    row("ue4m3", "ue4m3, .ue4m3, R_8F_UE4M3"),
                    row("ue5m3", "ue5m3, UE5M3"),
                    row(
                            "e3m2",
                            "e3m2, float6_e3m2fn, f6E3M2FN, F6_E3M2, .e3m2, bf6, MxFp6R, __nv_fp6_e3m2, R_6F_E3M2,"
                                    + " Float6E3M2FN"),
                    row(
                            "e2m3",
                            "e2m3, float6_e2m3fn, f6E2M3FN, F6_E2M3, .e2m3, MxFp6P, __nv_fp6_e2m3, R_6F_E2M3,"
                                    + " Float6E2M3FN"),
                    row(
                            "e2m1",
                            "e2m1, fp4, FP4, float4_e2m1fn, f4E2M1FN, FLOAT4E2M1, F4, .e2m1, float4_e2m1fn_x2,"
                                    + " float4_e2m1fn_x4, __nv_fp4_e2m1, R_4F_E2M1, Float4E2M1FN"),
                    row("i8", "i8, int8, INT8, I8, .s8, s8, qint8, R_8I"),
                    row("u8", "u8, uint8, UINT8, U8, .u8, ui8, quint8"),
                    row("i4", "i4, int4, INT4, .s4, s4, R_4I"),
                    row("u4", "u4, uint4, UINT4, .u4, ui4, R_4U"),
                    row("i2", "i2, int2, INT2, s2"),
                    row("u2", "u2, uint2, UINT2"),
                    row("i1", "i1, int1, s1"),
                    row("u1", "u1, uint1"),
                    row("b1", "b1, .b1"),
                    row("i32", "i32, int32, INT32, .s32"),
                    row("cfloat16_uhp", "cfloat16_uhp, CFloat16-UHP, uhp"),
                    row("cfloat8_1_4_3", "CFloat8_1_4_3, cfloat8_1_4_3_b7"),
                    row("cfloat8_1_5_2", "CFloat8_1_5_2, cfloat8_1_5_2_b15"),
                    row("cfloat16_shp", "CFloat16_SHP, cfloat16_shp_b15"),
                    row("p3109_k8p3se", "p3109_k8p3se, Binary8p3se, binary8p3se, P3109_K8P3SE, p3109-k8p3se"));
        }

        private static Arguments row(String format, String names) {
            return Arguments.of(format, List.of(names.split(", ")));
        }

        @ParameterizedTest(name = "{0}")
        @MethodSource("names")
        void resolveToTheFormat(String format, List<String> names) {
            for (String name : names) {
                assertThat(find(name).name()).as(name).isEqualTo(format);
            }
        }

        @Test
        void ofTheDataAllResolve() {
            for (ScalarFormat format : Formats.named()) {
                assertThat(find(format.name())).isSameAs(format);
                for (Alias alias : format.aliases()) {
                    assertThat(find(alias.name())).as(alias.toString()).isSameAs(format);
                }
            }
            for (BlockFormat block : Formats.namedBlocks()) {
                assertThat(FormatNames.block(block.name())).isSameAs(block);
                block.aliases()
                        .forEach(alias ->
                                assertThat(FormatNames.block(alias.name())).isSameAs(block));
            }
        }

        @Test
        void noTwoFormatsClaimTheSameButOne() {
            Map<String, String> owners = new HashMap<>();
            for (ScalarFormat format : Formats.named()) {
                List<String> names = new ArrayList<>(List.of(format.name()));
                format.aliases().forEach(alias -> names.add(alias.name()));
                for (String name : names) {
                    String owner = owners.putIfAbsent(Names.key(name), format.name());
                    if (!name.equals("f8E4M3")) {
                        assertThat(owner).as(name).isIn(null, format.name());
                    }
                }
            }
            for (CFp8 preset : CFp8.presets()) {
                assertThat(owners.putIfAbsent(Names.key(preset.name()), preset.name()))
                        .as(preset.name())
                        .isNull();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"E4M3FNUZ", "e4m3_fnuz", "e4m3-fnuz", " e4m3fnuz ", "E4m3.FnUz"})
        void caseAndSeparatorsDoNotMatter(String name) {
            assertThat(find(name)).isSameAs(Formats.E4M3FNUZ);
        }
    }

    @Nested
    class NamesWithTwoMeanings {
        @ParameterizedTest
        @CsvSource({
            "e4m3, e4m3 is read as OCP E4M3",
            "E4M3, e4m3 is read as OCP E4M3",
            "fp8_e4m3, fp8_e4m3 is read as OCP E4M3",
            "float8_e4m3, float8_e4m3 is read as in ml_dtypes",
            "bf8, bf8 is read as OCP E5M2",
            "F8_E4M3, F8_E4M3 is read as e4m3; other spellings of it mean e4m3 or e4m3_ieee",
            "f8E4M3, f8E4M3 is read as e4m3_ieee; other spellings of it mean e4m3 or e4m3_ieee"
        })
        void areReadWithANote(String name, String note) {
            assertThat(FormatNames.scalar(name).note()).startsWith(note);
        }

        @ParameterizedTest
        @ValueSource(strings = {"float8_e4m3fn", "e4m3_ieee", "e5m2", "f16", "binary8p3se", "i8"})
        void othersHaveNoNote(String name) {
            assertThat(FormatNames.scalar(name).note()).isEmpty();
            assertThat(FormatNames.scalar(name).policies()).isEmpty();
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "fp8    | e4m3, e5m2, e4m3_ieee, e3m4, e4m3fnuz, e5m2fnuz, e4m3b11fnuz",
                    "FP8    | e4m3, e5m2, e4m3_ieee, e3m4, e4m3fnuz, e5m2fnuz, e4m3b11fnuz",
                    "float8 | e4m3, e5m2, e4m3_ieee, e3m4, e4m3fnuz, e5m2fnuz, e4m3b11fnuz",
                    "f8_e4m3 | e4m3, e4m3_ieee",
                    "F8E4M3 | e4m3, e4m3_ieee",
                    "fp6    | e3m2, e2m3",
                    "fnuz   | e4m3fnuz, e5m2fnuz, e4m3b11fnuz",
                    "tesla  | cfloat8_1_4_3, cfloat8_1_5_2, cfloat16_shp, cfloat16_uhp",
                    "p3109  | p3109_k8p3se, p3109_k8p4se"
                })
        void areRefusedWithTheChoices(String name, String choices) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatNames.scalar(name))
                    .withMessage("format '" + name + "' is ambiguous; choose one of " + choices);
            for (String choice : choices.split(", ")) {
                assertThat(find(choice).name()).isEqualTo(choice);
            }
        }

        @Test
        void blocksWithTwoElementsAreRefusedWithTheChoices() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatNames.block("MXFP8"))
                    .withMessage("format 'MXFP8' is ambiguous; choose one of mxfp8_e4m3, mxfp8_e5m2");
        }
    }

    @Nested
    class UnknownNames {
        @ParameterizedTest
        @CsvSource({"e4m3fnz, e4m3fnuz", "bfloat61, bfloat16", "cfloat8_1_4_4, cfloat8_1_4_3", "aws_e4m4, aws_e4m3"})
        void areRefusedWithASuggestion(String name, String suggestion) {
            assertThatThrownBy(() -> FormatNames.scalar(name))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("unknown format '" + name + "'; did you mean ")
                    .hasMessageContaining(suggestion);
        }

        @Test
        void areRefusedWithAPointerWhereNothingIsNear() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatNames.scalar("posit(16,2)"))
                    .withMessage("unknown format 'posit(16,2)'; 'formats' lists the formats");
        }

        @ParameterizedTest
        @ValueSource(strings = {"mxfp4", "mxfp8", "e4m3fnz", "add"})
        void areNotFound(String name) {
            assertThat(FormatNames.find(name)).isEmpty();
        }

        @Test
        void blockIsNamedAsSuchWhereAScalarIsNeeded() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatNames.scalar("MXFP4"))
                    .withMessage("format 'MXFP4' is a block format; a scalar format is needed here, for example its"
                            + " element e2m1 or its scale e8m0");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatNames.scalar("mxfp8"))
                    .withMessage("format 'mxfp8' is a block format; a scalar format is needed here");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatNames.block("nvfp8"))
                    .withMessage("unknown format 'nvfp8'; did you mean nvfp4?");
        }
    }

    @Nested
    class Families {
        @Test
        void everyP3109MemberHasItsNames() {
            for (FloatFormat f : P3109.all(3, 16)) {
                assertThat(find(f.name())).isEqualTo(f);
                assertThat(find(f.aliases().get(0).name())).isEqualTo(f);
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "p3109_k2p1se        | K must be in [3, 16]: 2",
                    "p3109_k17p4se       | K must be in [3, 16]: 17",
                    "p3109_k8p0se        | P must be in [1, 7]: 0",
                    "binary8p8se         | P must be in [1, 7]: 8",
                    "binary8p9ue         | P must be in [1, 8]: 9",
                    "cfloat8_1_4_3_b64   | bias must be in [0, 63]: 64",
                    "cfloat16_shp_b100   | bias must be in [0, 63]: 100",
                    "tesla_143_b64       | bias must be in [0, 63]: 64",
                    "gaudi2_e4m3_b8      | bias must be one of 3, 7, 11, 15: 8",
                    "gaudi2_e5m2_b16     | bias must be 15 for E5M2 on Gaudi 2: 16",
                    "gaudi3_e4m3_b64     | bias must be in [0, 63]: 64",
                    "ipu_f143_s32        | scale must be in [-32, 31]: 32",
                    "ipu_f152_s-33       | scale must be in [-32, 31]: -33",
                    "cfp8(e=0,m=3)       | exponentBits must be in [1, 11]: 0",
                    "cfp8(e=4,m=3        | cfp8(...) must end with ')': 'cfp8(e=4,m=3'",
                    "cfp8(e=4)           | cfp8(...) needs m=NUMBER",
                    "cfp8(e=four,m=3)    | e must be a whole number: 'four'",
                    "cfp8(e=4,m=3,b=7)   | cfp8(...) takes name=value pairs, each once, of e, m, bias, specials, subnormals,"
                            + " scale, sign: 'b=7'",
                    "cfp8(e=4,m=3,e=5)   | cfp8(...) takes name=value pairs, each once, of e, m, bias, specials, subnormals,"
                            + " scale, sign: 'e=5'",
                    "cfp8(e=4,m=3,bias=128) | bias must be in [-64, 127]: 128",
                    "cfp8(e=4,m=3,sign=2)   | sign must be in [0, 1]: 2"
                })
        void parametersOutOfRangeAreRefused(String name, String message) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FormatNames.scalar(name))
                    .withMessage(message);
        }

        @Test
        void presetsBringTheirPoliciesAndSaySo() {
            for (CFp8 preset : CFp8.presets()) {
                FormatNames.Resolved found = FormatNames.scalar(preset.name());
                assertThat(found.format()).isEqualTo(preset.format());
                assertThat(found.policies()).isEqualTo(Optional.of(preset.policies()));
                assertThat(found.note())
                        .startsWith(preset.name() + ": ")
                        .contains("overflow " + preset.policies().overflow().id());
                if (preset.info().certainty() == Certainty.PROVISIONAL) {
                    assertThat(found.note()).contains(preset.info().note());
                }
            }
        }

        @Test
        void namesWithParametersReachEveryMember() {
            assertThat(find("tesla_143_b11")).isEqualTo(CFp8.tesla143(11).format());
            assertThat(find("tesla_152_b0")).isEqualTo(CFp8.tesla152(0).format());
            assertThat(find("cfloat8_1_5_2_b20")).isEqualTo(Formats.cfloat8152(20));
            assertThat(find("gaudi3_e5m2_b20")).isEqualTo(CFp8.gaudi3(5, 20).format());
            assertThat(find("gaudi2_e5m2_b15")).isEqualTo(CFp8.gaudi2E5m2(15).format());
            for (int scale = -32; scale <= 31; scale++) {
                assertThat(find("ipu_f143_s" + scale))
                        .isEqualTo(CFp8.ipuF143(scale).format());
                assertThat(find(CFp8.ipuF152(scale).name()))
                        .isEqualTo(CFp8.ipuF152(scale).format());
            }
        }

        @Test
        void anyMemberOfTheCFp8FamilyCanBeWrittenOut() {
            FloatFormat f = (FloatFormat) find("cfp8(e=3, m=2, bias=-5, specials=fnuz, subnormals=flush, scale=2)");
            assertThat(f.name()).isEqualTo("cfp8_e3m2_bm5_fnuz_flush_s2");
            assertThat(f.width()).isEqualTo(6);
            assertThat(f.bias()).isEqualTo(-7);
            assertThat(f.specials()).isEqualTo(SpecialValues.FNUZ);
            assertThat(f.subnormals()).isEqualTo(SubnormalRule.FLUSH);
            assertThat(((FloatFormat) find("cfp8(e=4,m=4,sign=0)")).signed()).isFalse();
            assertThat(((FloatFormat) find("cfp8(e=4,m=3)")).sameEncoding(Formats.IEEE_E4M3))
                    .isTrue();
        }
    }
}
