package org.bitexact.vectors;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The file formats of a {@link Pack}.
 *
 * <pre>
 * id           files                          description
 * testfloat    NAME.txt                       beside, NAME.txt.json
 * tv           NAME.tv                        // lines
 * readmemh     NAME.memh, NAME.vh             // lines
 * readmemb     NAME.memb, NAME.vh             // lines
 * csv          NAME.csv                       # lines
 * jsonl        NAME.jsonl                     first line
 * npy          NAME.COLUMN.DTYPE.npy, ...     beside, NAME.json
 * safetensors  NAME.safetensors               __metadata__
 * c            NAME.h                         // lines
 * onnx         NAME.COLUMN.pb, ...            beside, NAME.json
 * </pre>
 *
 * @since 0.1
 */
public enum PackDialect {
    /** TestFloat's lines: upper-case hexadecimal fields, single spaces. */
    TESTFLOAT(".txt", true, "TestFloat text: fields separated by spaces"),
    /** The test vectors of Wally and others: TestFloat's fields joined by underscores. */
    TV(".tv", true, "Verilog test vectors: fields joined by '_', upper case"),
    /** Memory images for {@code $readmemh}. */
    READMEMH(".memh", true, "memory image for $readmemh, with localparams in a .vh file"),
    /** Memory images for {@code $readmemb}. */
    READMEMB(".memb", true, "memory image for $readmemb, with localparams in a .vh file"),
    /** Comma-separated values. */
    CSV(".csv", true, "comma-separated 0x codes, below # lines"),
    /** JSON Lines, an object a row. */
    JSONL(".jsonl", true, "JSON Lines, hexadecimal strings"),
    /** NumPy arrays, one file a column. */
    NPY(".npy", false, "NumPy arrays, one file a column"),
    /** A safetensors file, one tensor a column. */
    SAFETENSORS(".safetensors", false, "safetensors, one tensor a column"),
    /** Arrays of C. */
    C(".h", true, "C header, one array a column"),
    /** ONNX TensorProto messages, one file a column. */
    ONNX(".pb", false, "ONNX TensorProto, one file a column");

    private final String extension;
    private final boolean text;
    private final String title;

    PackDialect(String extension, boolean text, String title) {
        this.extension = extension;
        this.text = text;
        this.title = title;
    }

    /** {@return the name on the command line} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return the usual extension, with its dot} */
    public String extension() {
        return extension;
    }

    /** {@return whether a pack is one stream of text} */
    public boolean isText() {
        return text;
    }

    /** {@return what it is, in a few words} */
    public String title() {
        return title;
    }

    /** {@return whether it is one of Verilog's, which have a {@link PackLayout}} */
    public boolean isVerilog() {
        return this == TV || this == READMEMH || this == READMEMB;
    }

    /** {@return whether a pack is several files, described by a file of JSON} */
    boolean isFileForColumn() {
        return this == NPY || this == ONNX;
    }

    /**
     * {@return the dialect of a name}
     *
     * @param id the name; case does not matter
     * @throws IllegalArgumentException if there is none
     */
    public static PackDialect parse(String id) {
        List<String> ids = Arrays.stream(values()).map(PackDialect::id).toList();
        int index = ids.indexOf(id.toLowerCase(Locale.ROOT));
        if (index < 0) {
            throw new IllegalArgumentException("dialect must be one of " + String.join(", ", ids) + ": '" + id + "'");
        }
        return values()[index];
    }

    /**
     * {@return the dialect that a file's name tells}
     *
     * @param fileName the name, of a compressed file with {@code .gz} at the end
     */
    public static Optional<PackDialect> ofFile(String fileName) {
        String lower = fileName.toLowerCase(Locale.ROOT);
        String plain = lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
        return Arrays.stream(values()).filter(d -> plain.endsWith(d.extension)).findFirst();
    }
}
