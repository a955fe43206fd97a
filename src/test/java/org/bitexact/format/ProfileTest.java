package org.bitexact.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Profiles as data; what they compute is the business of the codec's tests. */
@Tag("fast")
class ProfileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ocp-sat",
                "ocp-nosat",
                "cuda-sat",
                "cuda-nosat",
                "ml-dtypes",
                "pytorch",
                "onnx-sat",
                "onnx-nosat",
                "f16c",
                "avx512-bf16",
                "jdk",
                "riscv",
                "x86",
                "arm",
                "tesla",
                "graphcore",
                "ieee"
            })
    void everyNameOfTheCommandLineExists(String name) {
        assertThat(Profile.parse(name).id()).isEqualTo(name);
    }

    @ParameterizedTest
    @EnumSource
    void idAndConstantNameParseBack(Profile profile) {
        assertThat(Profile.parse(profile.id())).isEqualTo(profile);
        assertThat(Profile.parse(profile.name())).isEqualTo(profile);
        assertThat(profile.description()).isNotBlank();
        assertThat(Profile.all()).contains(profile);
    }

    @Test
    void unknownNameIsRefusedWithTheChoices() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Profile.parse("cuda-saturate"))
                .withMessageStartingWith("profile must be one of ieee, ocp-sat, ");
    }

    /** A profile has an answer for every pair of formats, and the same one each time. */
    @ParameterizedTest
    @EnumSource
    void everyPairOfFormatsHasPolicies(Profile profile) {
        List<ScalarFormat> formats = new ArrayList<>(Formats.named());
        formats.addAll(P3109.all(3, 5));
        for (ScalarFormat source : formats) {
            for (ScalarFormat target : formats) {
                Policies policies = profile.policies(source, target);
                assertThat(policies).isEqualTo(profile.policies(source, target));
                assertThat(policies.overflow() == Overflow.WRAP && target instanceof FloatFormat)
                        .isFalse();
            }
        }
    }

    /** What an overflow from binary32 becomes, for E4M3 and E5M2: the axis on which the ecosystems differ most. */
    @ParameterizedTest
    @CsvSource({
        "ocp-sat, SATURATE, SATURATE",
        "ocp-nosat, INFINITY, INFINITY",
        "cuda-sat, SATURATE, SATURATE",
        "cuda-nosat, INFINITY, INFINITY",
        "ml-dtypes, IEEE, IEEE",
        "pytorch, SATURATE, IEEE",
        "pytorch-old, IEEE, IEEE",
        "onnx-sat, SATURATE, SATURATE",
        "onnx-nosat, IEEE, IEEE",
        "tesla, SATURATE, SATURATE"
    })
    void overflowByEcosystem(String name, Overflow e4m3, Overflow e5m2) {
        Profile profile = Profile.parse(name);
        assertThat(profile.policies(Formats.BINARY32, Formats.OCP_E4M3).overflow())
                .isEqualTo(e4m3);
        assertThat(profile.policies(Formats.BINARY32, Formats.OCP_E5M2).overflow())
                .isEqualTo(e5m2);
    }

    @Test
    void infinitiesFollowTheProfileNotTheOverflowRule() {
        assertThat(Profile.AMD_FNUZ.policies(Formats.BINARY32, Formats.E4M3FNUZ))
                .isEqualTo(Policies.IEEE.withOverflow(Overflow.SATURATE).withInfinity(InfinityRule.NAN));
        assertThat(Profile.OCP_SATURATING
                        .policies(Formats.BINARY32, Formats.OCP_E5M2)
                        .infinity())
                .isEqualTo(InfinityRule.SATURATE);
    }

    @Test
    void doubleRoundingIsPartOfSomeImplementations() {
        assertThat(Stream.of(Profile.values())
                        .filter(p ->
                                p.policies(Formats.BINARY64, Formats.OCP_E4M3).path() == SourcePath.VIA_BINARY32))
                .containsExactlyInAnyOrder(
                        Profile.ML_DTYPES_ASTYPE, Profile.PYTORCH, Profile.PYTORCH_SIMD, Profile.PYTORCH_OLD);
        assertThat(Profile.ML_DTYPES_ASTYPE
                        .policies(Formats.BINARY64, Formats.BINARY16)
                        .path())
                .isEqualTo(SourcePath.DIRECT);
    }
}
