package org.bitexact.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("fast")
class PackDialectTest {
    @TempDir
    Path dir;

    static Stream<PackFunction> functions() {
        return PackKinds.all().stream();
    }

    private static Path out(Path dir, PackDialect dialect) {
        return dir.resolve("x" + dialect.extension());
    }

    /** The file by which a pack is read again. */
    private static Path in(Path dir, PackDialect dialect) {
        return dialect.isFileForColumn() ? dir.resolve("x.json") : out(dir, dialect);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void everyDialectGivesBackEveryKind(PackFunction function) throws IOException {
        Pack pack = PackKinds.pack(function, 24);
        for (PackDialect dialect : PackDialect.values()) {
            List<Path> files = PackFiles.write(pack, dialect, PackLayout.DEFAULT, out(dir, dialect));
            assertThat(files).allSatisfy(file -> assertThat(file).isRegularFile());
            Pack back = PackFiles.read(in(dir, dialect));
            assertThat(back.description()).as(dialect.id()).isEqualTo(pack.description());
            assertThat(back.checksum()).as(dialect.id()).isEqualTo(pack.checksum());
            files.forEach(file -> assertThat(file.toFile().delete()).isTrue());
        }
        assertThat(dir).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource({"1,32,false", "4,0,false", "4,16,true", "8,64,false", "2,8,true"})
    void layoutsOfWordsAreReadBack(int lanes, int box, boolean big) throws IOException {
        PackLayout layout = new PackLayout(lanes, box, big);
        for (PackFunction function : PackKinds.all()) {
            Pack pack = PackKinds.pack(function, 16);
            for (PackDialect dialect : List.of(PackDialect.TV, PackDialect.READMEMH, PackDialect.READMEMB)) {
                PackFiles.write(pack, dialect, layout, out(dir, dialect));
                assertThat(PackFiles.read(in(dir, dialect)).description())
                        .as(function.name() + " " + dialect)
                        .isEqualTo(pack.description());
            }
        }
    }
}
