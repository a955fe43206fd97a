package org.bitexact;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.EvaluationResult;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Each layer uses only those before it; the classes of {@code org.bitexact.layerfixture} show that the rule can fail. */
@Tag("fast")
class ArchitectureTest {
    private static final String FIXTURE = "org.bitexact.layerfixture";

    @Test
    void layersUseOnlyThoseBeforeThem() {
        JavaClasses library = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("org.bitexact");
        assertThat(library).isNotEmpty();
        classes().should(new LayerRule("org.bitexact")).check(library);
    }

    @Nested
    class TheRuleReports {
        private final EvaluationResult result =
                classes().should(new LayerRule(FIXTURE)).evaluate(new ClassFileImporter().importPackages(FIXTURE));

        @Test
        void useOfALaterLayer() {
            assertViolated("codec", "org.bitexact.layerfixture.codec.UsesArray");
        }

        @Test
        void useOfALaterLayerFromInternalCode() {
            assertViolated("codec", "org.bitexact.layerfixture.internal.codec.UsesInternalVector");
        }

        @Test
        void useOfTheCodecByTheOracle() {
            assertViolated("oracle", "org.bitexact.layerfixture.oracle.UsesCodec");
        }

        @Test
        void useOfAForeignLibraryByTheOracle() {
            assertViolated("oracle", "org.bitexact.layerfixture.oracle.UsesForeignLibrary");
        }

        @Test
        void useOfTheCommandLine() {
            assertViolated("sweep", "org.bitexact.layerfixture.sweep.UsesCli");
        }

        @Test
        void classOutsideTheLayers() {
            assertThat(result.getFailureReport().getDetails())
                    .anyMatch(line -> line.equals("org.bitexact.layerfixture.other.Stray belongs to no layer"));
        }

        @Test
        void nothingElse() {
            assertThat(result.getFailureReport().getDetails())
                    .noneMatch(line -> line.contains("Allowed"))
                    .allMatch(line -> line.contains("layerfixture"));
        }

        private void assertViolated(String layer, String className) {
            assertThat(result.getFailureReport().getDetails())
                    .anyMatch(line -> line.startsWith("layer " + layer + " must not use this: ")
                            && line.contains("<" + className));
        }
    }
}
