package org.bitexact.vectors;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.tensor.PendingFile;
import org.bitexact.tensor.NpyFile;
import org.bitexact.tensor.OnnxTensor;
import org.bitexact.tensor.SafetensorsFile;
import org.bitexact.tensor.Tensor;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;
import org.jspecify.annotations.Nullable;

/**
 * Packs in files, in every {@link PackDialect}.
 *
 * <p><b>Writing</b> gives the same bytes for the same pack on every machine. Files appear when they are complete.
 *
 * <p><b>Reading</b> takes a pack's own file, or the file of JSON beside it. Text may be compressed by gzip. What a description
 * says of the columns, the number of rows and the checksum has to be true: a damaged pack is refused with an {@link
 * IllegalArgumentException} that names the file, the line and the defect.
 *
 * <p><b>Dependencies</b>: JSON needs jackson-core on the class path: the dialects jsonl, safetensors, and those with a
 * description in a file of its own.
 *
 * @since 0.1
 */
public final class PackFiles {
    /** The entries of a description that belong to a file, not to the pack. */
    static final String LAYOUT = "layout";

    static final String DIALECT = "dialect";

    private static final String JSON = ".json";
    private static final String GZIP = ".gz";
    private static final String HEADER = ".vh";
    /** Entries of safetensors metadata that describe types. */
    private static final String TYPE_KEY = "bitexact.type.";

    private PackFiles() {}

    // ------------------------------------------------------------------ writing

    /** {@return the description in a file of a dialect} */
    static Map<String, String> description(Pack pack, PackDialect dialect, PackLayout layout) {
        Map<String, String> all = new LinkedHashMap<>(pack.description());
        if (dialect.isVerilog()) {
            all.put(LAYOUT, layout.toString());
        }
        return all;
    }

    /**
     * Writes a pack as text. Dialects without room for a description, and files that go with others, are left out.
     *
     * @param pack the pack
     * @param dialect a dialect of text
     * @param layout the layout of words in Verilog dialects, otherwise ignored
     * @param name starts the names of what the text declares
     * @param out where to; flushed, not closed
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if the dialect is no text or cannot hold the pack
     */
    public static void write(Pack pack, PackDialect dialect, PackLayout layout, String name, OutputStream out)
            throws IOException {
        Writer text = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
        PackText.of(dialect).write(pack, layout, VerilogText.prefix(name), text);
        text.flush();
    }

    /**
     * Writes a pack into files.
     *
     * @param pack the pack
     * @param dialect the dialect
     * @param layout the layout of words in Verilog dialects, otherwise ignored
     * @param file the file; of the dialects with a file for each column, that of the description, {@code NAME.json}
     * @return the files written
     * @throws IOException if a file cannot be written; of several, those before it are there then
     * @throws IllegalArgumentException if the dialect cannot hold the pack
     */
    public static List<Path> write(Pack pack, PackDialect dialect, PackLayout layout, Path file) throws IOException {
        String stem = stem(fileName(file), dialect);
        if (dialect == PackDialect.SAFETENSORS) {
            writeSafetensors(pack, file);
            return List.of(file);
        }
        if (dialect.isFileForColumn()) {
            List<Path> written = writeColumns(pack, dialect, file, stem);
            Path manifest = file.resolveSibling(stem + JSON);
            writeText(manifest, out -> out.write(manifest(pack, dialect)));
            written.add(manifest);
            return written;
        }
        List<Path> written = new ArrayList<>();
        // text is made first, so that a pack that does not fit the dialect leaves no file
        writeText(file, out -> PackText.of(dialect).write(pack, layout, VerilogText.prefix(stem), out));
        written.add(file);
        if (dialect == PackDialect.TESTFLOAT) {
            Path beside = file.resolveSibling(fileName(file) + JSON);
            writeText(beside, out -> out.write(manifest(pack, dialect)));
            written.add(beside);
        } else if (dialect == PackDialect.READMEMH || dialect == PackDialect.READMEMB) {
            Path parameters = file.resolveSibling(stem + HEADER);
            writeText(
                    parameters,
                    out -> new VerilogText(dialect).writeParameters(pack, layout, VerilogText.prefix(stem), out));
            written.add(parameters);
        }
        return written;
    }

    private static String manifest(Pack pack, PackDialect dialect) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(pack.description());
        all.put(DIALECT, dialect.id());
        return JsonText.manifest(all);
    }

    private interface Body {
        void write(Writer out) throws IOException;
    }

    private static void writeText(Path file, Body body) throws IOException {
        try (PendingFile pending = PendingFile.of(file)) {
            Writer out = new BufferedWriter(
                    new OutputStreamWriter(Channels.newOutputStream(pending.channel()), StandardCharsets.UTF_8),
                    1 << 16);
            body.write(out);
            out.flush();
            pending.commit();
        }
    }

    private static String fileName(Path file) {
        return String.valueOf(file.getFileName());
    }

    /** {@return the name of a pack's file without the dialect's extension} */
    private static String stem(String fileName, PackDialect dialect) {
        String extension = dialect.isFileForColumn() && fileName.endsWith(JSON) ? JSON : dialect.extension();
        return fileName.endsWith(extension) && fileName.length() > extension.length()
                ? fileName.substring(0, fileName.length() - extension.length())
                : fileName;
    }

    // ------------------------------------------------------------------ arrays

    private static TensorInfo info(Pack pack, PackColumn column) {
        long[] shape = new long[1 + column.shape().size()];
        shape[0] = pack.rows();
        for (int i = 1; i < shape.length; i++) {
            shape[i] = column.shape().get(i - 1);
        }
        return TensorInfo.of(TensorType.of(column.format()), shape).named(column.name());
    }

    private static void writeSafetensors(Pack pack, Path file) throws IOException {
        PackText.requireEven(pack, PackDialect.SAFETENSORS);
        List<TensorInfo> infos = new ArrayList<>();
        for (PackColumn column : pack.columns()) {
            infos.add(info(pack, column));
        }
        try (TensorWriter out = SafetensorsFile.create(file, infos, pack.description())) {
            for (int c = 0; c < infos.size(); c++) {
                out.begin(infos.get(c).name());
                long[] codes = pack.codes(c);
                out.write(codes, 0, codes.length);
            }
            out.commit();
        }
    }

    private static List<Path> writeColumns(Pack pack, PackDialect dialect, Path file, String stem) throws IOException {
        PackText.requireEven(pack, dialect);
        List<Path> written = new ArrayList<>();
        for (int c = 0; c < pack.columns().size(); c++) {
            PackColumn column = pack.columns().get(c);
            Path place = file.resolveSibling(columnFile(stem, column, dialect));
            TensorInfo info = info(pack, column);
            try (TensorWriter out =
                    dialect == PackDialect.NPY ? NpyFile.create(place, info) : OnnxTensor.create(place, onnx(info))) {
                long[] codes = pack.codes(c);
                out.write(codes, 0, codes.length);
                out.commit();
            }
            written.add(place);
            Path sidecar = file.resolveSibling(fileName(place) + NpyFile.SIDECAR);
            if (dialect == PackDialect.NPY && Files.exists(sidecar)) {
                written.add(sidecar);
            }
        }
        return written;
    }

    private static String columnFile(String stem, PackColumn column, PackDialect dialect) {
        String name = stem + "." + column.name();
        return dialect == PackDialect.NPY
                ? NpyFile.fileName(name, TensorType.of(column.format()))
                : name + dialect.extension();
    }

    /** {@return the tensor in a type that ONNX has: a packed one, or the unsigned integer of the container} */
    private static TensorInfo onnx(TensorInfo info) {
        ScalarFormat format = info.type().format().orElseThrow();
        List<TensorType> choices = new ArrayList<>(List.of(info.type()));
        if (format.width() < 8) {
            choices.add(TensorType.packed(format));
        }
        choices.add(TensorType.of(org.bitexact.format.FormatNames.scalar("u" + format.containerBits())
                .format()));
        for (TensorType type : choices) {
            if (OnnxTensor.supports(type)) {
                return TensorInfo.of(type, info.shape()).named(info.name());
            }
        }
        throw new IllegalStateException("ONNX has unsigned integers of every width: " + info);
    }

    // ------------------------------------------------------------------ reading

    /**
     * Reads a pack that describes itself.
     *
     * @param file its file, or the JSON file with its description
     * @return the pack
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is damaged
     */
    public static Pack read(Path file) throws IOException {
        return read(file, null, List.of(), true);
    }

    /**
     * Reads a pack.
     *
     * @param file its file, or the JSON file with its description
     * @param dialect its dialect; null if its name or description tells
     * @param candidates columns that it may have if it does not describe them: the first ones that suit it are taken
     * @param checked whether number of rows and checksum have to be those of the description
     * @return the pack
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is damaged
     */
    public static Pack read(
            Path file, @Nullable PackDialect dialect, List<List<PackColumn>> candidates, boolean checked)
            throws IOException {
        String name = fileName(file);
        if (name.endsWith(JSON) && dialect != PackDialect.JSONL) {
            PackInput in = new PackInput(file.toString(), null, candidates, checked);
            JsonText.readManifest(in, Files.readString(file));
            PackDialect told = PackDialect.parse(in.described(DIALECT));
            return told.isFileForColumn()
                    ? readColumns(in, file, stem(name, told), told)
                    : read(
                            file.resolveSibling(name.substring(0, name.length() - JSON.length())),
                            told,
                            candidates,
                            checked);
        }
        PackDialect known = dialect != null
                ? dialect
                : PackDialect.ofFile(name)
                        .orElseThrow(() ->
                                new IllegalArgumentException(file + ": the name does not tell the dialect; name one of "
                                        + String.join(
                                                ", ",
                                                List.of(PackDialect.values()).stream()
                                                        .map(PackDialect::id)
                                                        .toList())));
        if (known.isText()) {
            try (InputStream raw = Files.newInputStream(file);
                    InputStream bytes = name.endsWith(GZIP) ? new GZIPInputStream(raw) : raw) {
                return read(file.toString(), bytes, known, beside(file), candidates, checked);
            }
        }
        if (known == PackDialect.SAFETENSORS) {
            return readSafetensors(new PackInput(file.toString(), null, candidates, checked), file);
        }
        return readColumn(new PackInput(file.toString(), null, candidates, checked), file, known);
    }

    /**
     * {@return the packs in a directory and those below it: the files by which they are read, in the order of their names}
     *
     * @param directory the directory
     * @throws IOException if a file cannot be read
     */
    public static List<Path> find(Path directory) throws IOException {
        List<Path> packs = new ArrayList<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                if (isPack(file)) {
                    packs.add(file);
                }
            }
        }
        return packs;
    }

    private static boolean isPack(Path file) throws IOException {
        String name = fileName(file);
        if (name.endsWith(JSON)) {
            // that of a single file is not its own
            Path described = file.resolveSibling(name.substring(0, name.length() - JSON.length()));
            return !Files.exists(described)
                    && startsWith(file, "{\n  \"" + Pack.PACK + "\": \"", "{\n  \"" + Pack.PACK + "\":\"");
        }
        Optional<PackDialect> dialect = PackDialect.ofFile(name);
        if (dialect.isEmpty() || dialect.get().isFileForColumn()) {
            return false;
        }
        if (beside(file).isPresent()) {
            return true;
        }
        String entry = " " + Pack.PACK + ": ";
        return dialect.get() == PackDialect.SAFETENSORS
                ? SafetensorsFile.open(file).metadata().containsKey(Pack.PACK)
                : startsWith(file, "#" + entry, "//" + entry, "{\"" + Pack.PACK + "\":{");
    }

    private static boolean startsWith(Path file, String... starts) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream bytes = fileName(file).endsWith(GZIP) ? new GZIPInputStream(raw) : raw) {
            String start = new String(bytes.readNBytes(64), StandardCharsets.UTF_8);
            return Stream.of(starts).anyMatch(start::startsWith);
        }
    }

    /** The text of the description beside a file, if there is one. */
    private static Optional<Path> beside(Path file) {
        Path json = file.resolveSibling(fileName(file) + JSON);
        return Files.exists(json) ? Optional.of(json) : Optional.empty();
    }

    /**
     * Reads a pack of text.
     *
     * @param name what messages call it
     * @param text the text
     * @param dialect its dialect
     * @param description a file with its description; empty if it has none but its own
     * @param candidates columns that it may have if it does not describe them
     * @param checked whether number of rows and checksum have to be those of the description
     * @return the pack
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is damaged
     */
    public static Pack read(
            String name,
            InputStream text,
            PackDialect dialect,
            Optional<Path> description,
            List<List<PackColumn>> candidates,
            boolean checked)
            throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()));
        PackInput in = new PackInput(name, lines, candidates, checked);
        if (description.isPresent()) {
            JsonText.readManifest(in, Files.readString(description.get()));
        }
        return PackText.of(dialect).read(in);
    }

    private static Pack readSafetensors(PackInput in, Path file) throws IOException {
        SafetensorsFile tensors = SafetensorsFile.open(file);
        tensors.metadata().forEach((key, value) -> {
            if (!key.startsWith(TYPE_KEY)) {
                in.describe(key, value);
            }
        });
        // tensors are in the order of the file, columns in that of the description
        List<String> names = new ArrayList<>(tensors.names());
        if (in.isDescribed()) {
            List<String> order = Pack.parseColumns(in.described(Pack.COLUMNS)).stream()
                    .map(PackColumn::name)
                    .toList();
            names.sort((a, b) -> Integer.compare(order.indexOf(a), order.indexOf(b)));
        }
        List<PackColumn> columns = in.columns(names);
        List<Tensor> data = new ArrayList<>();
        columns.forEach(column -> data.add(tensors.tensor(column.name())));
        return rows(in, columns, data);
    }

    /** Reads the files of a pack that has one for each column. */
    private static Pack readColumns(PackInput in, Path manifest, String stem, PackDialect dialect) throws IOException {
        List<PackColumn> columns = Pack.parseColumns(in.described(Pack.COLUMNS));
        List<Tensor> data = new ArrayList<>();
        for (PackColumn column : columns) {
            data.add(open(manifest.resolveSibling(columnFile(stem, column, dialect)), column, dialect));
        }
        return rows(in, columns, data);
    }

    /** Reads a single array as the only column. */
    private static Pack readColumn(PackInput in, Path file, PackDialect dialect) throws IOException {
        List<PackColumn> columns = in.columns("columns of an array", 1, List::size);
        return rows(in, columns, List.of(open(file, columns.get(0), dialect)));
    }

    private static Tensor open(Path file, PackColumn column, PackDialect dialect) throws IOException {
        return dialect == PackDialect.NPY ? NpyFile.open(file, TensorType.of(column.format())) : OnnxTensor.open(file);
    }

    private static Pack rows(PackInput in, List<PackColumn> columns, List<Tensor> data) {
        Pack.Builder pack = in.builder(columns);
        long rows = data.get(0).info().rank() == 0 ? 0 : data.get(0).info().dimension(0);
        for (int c = 0; c < columns.size(); c++) {
            PackColumn column = columns.get(c);
            long length = column.isRagged() ? 1 : column.length();
            TensorInfo info = data.get(c).info();
            if (info.elements() != rows * length
                    || info.rank() == 0
                    || info.dimension(0) != rows
                    || info.type().bits() > column.format().containerBits()) {
                throw in.damaged("array of column " + column + " must have " + rows + " rows of " + length
                        + " codes of " + column.format().containerBits() + " bits: " + info);
            }
        }
        long[][][] cells = new long[columns.size()][][];
        for (int c = 0; c < columns.size(); c++) {
            int length = columns.get(c).length();
            cells[c] = new long[Math.toIntExact(rows)][length];
            for (int row = 0; row < rows; row++) {
                data.get(c).read((long) row * length, cells[c][row], 0, length);
            }
        }
        for (int row = 0; row < rows; row++) {
            long[][] one = new long[columns.size()][];
            for (int c = 0; c < one.length; c++) {
                one[c] = cells[c][row];
            }
            in.add(pack, one);
        }
        return in.finish(pack);
    }
}
