package org.bitexact.quant;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.tensor.TensorInfo;
import org.bitexact.tensor.TensorType;
import org.bitexact.tensor.TensorWriter;

/**
 * A tensor with the parameters that quantise it. Codes, and scales of blocks, are computed in pieces whenever they are
 * asked for, by reading the tensor again.
 *
 * <p><b>Parts</b>, each a tensor of its own:
 *
 * <ul>
 *   <li>{@code CODES}, of the tensor's shape.
 *   <li>{@code SCALE}: binary32, or the scale format of a block format. Without dimensions per tensor; one a channel; of blocks
 *       the tensor's shape with the axis divided by the length of a block, rounded up.
 *   <li>{@code ZERO_POINT}, of affine integers: in their format, shaped as the scales.
 *   <li>{@code TENSOR_SCALE}, of two-level block formats: one binary32 number.
 * </ul>
 *
 * <p><b>Thread safety</b>: none.
 *
 * @since 0.1
 */
public final class QuantizedTensor {
    /**
     * What a quantised tensor consists of.
     *
     * @since 0.1
     */
    public enum Part {
        /** The codes. */
        CODES(""),
        /** What codes are multiplied by. */
        SCALE("scale"),
        /** The integers that stand for zero. */
        ZERO_POINT("zero_point"),
        /** What all scales are multiplied by. */
        TENSOR_SCALE("tensor_scale");

        private final String id;

        Part(String id) {
            this.id = id;
        }

        /** {@return what is added to the name of the tensor, after a dot; empty for the codes} */
        public String id() {
            return id;
        }
    }

    /**
     * Receives values that share a scale.
     *
     * @since 0.1
     */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes values and what stands for them; the arrays are used again.
         *
         * @param values values of the tensor
         * @param approximated the values of their codes, at the same positions
         * @param at position of the first
         * @param n number of values
         * @param scale what values of the format are multiplied by, finite and positive
         * @param zeroPoint the value of the format that stands for zero
         */
        void accept(float[] values, float[] approximated, int at, int n, double scale, int zeroPoint);
    }

    /** Elements of a piece, unless a block needs more. */
    static final int CHUNK = 1 << 16;

    private final TensorValues values;
    private final Pieces pieces;

    QuantizedTensor(TensorValues values, Pieces pieces) {
        this.values = values;
        this.pieces = pieces;
    }

    /** {@return the format of codes} */
    public ScalarFormat format() {
        return pieces.format();
    }

    /** {@return the parts there are} */
    public List<Part> parts() {
        List<Part> parts = new ArrayList<>(List.of(Part.CODES, Part.SCALE));
        if (pieces.affine()) {
            parts.add(Part.ZERO_POINT);
        }
        if (isTwoLevel()) {
            parts.add(Part.TENSOR_SCALE);
        }
        return parts;
    }

    private boolean isTwoLevel() {
        return pieces.tensorScale().isPresent();
    }

    /**
     * {@return the description of a part; its name is that of the tensor, and the part's after a dot}
     *
     * @param part one of {@link #parts()}
     * @param packed whether codes of less than 8 bits share bytes
     */
    public TensorInfo info(Part part, boolean packed) {
        String name = values.info().name();
        String partName = part == Part.CODES ? name : name.isEmpty() ? part.id() : name + "." + part.id();
        TensorType codes = packed && format().width() < 8 ? TensorType.packed(format()) : TensorType.of(format());
        TensorInfo info = switch (part) {
            case CODES -> TensorInfo.of(codes, values.info().shape());
            case SCALE -> TensorInfo.of(TensorType.of(pieces.scaleFormat()), scaleShape());
            case ZERO_POINT -> TensorInfo.of(TensorType.of(format()), scaleShape());
            case TENSOR_SCALE -> TensorInfo.of(TensorType.of(Formats.BINARY32));
        };
        return info.named(partName);
    }

    private long[] scaleShape() {
        Granularity granularity = pieces.layout.granularity();
        long[] shape = values.info().shape();
        return switch (granularity.kind()) {
            case TENSOR -> new long[0];
            case CHANNEL -> new long[] {pieces.layout.length()};
            case BLOCK -> {
                if (shape.length > 0) {
                    long d = shape[granularity.axis()];
                    shape[granularity.axis()] = (d + granularity.size() - 1) / granularity.size();
                }
                yield shape;
            }
        };
    }

    /**
     * Writes a part.
     *
     * @param part one of {@link #parts()}
     * @param out a writer that has begun a tensor of the part's description
     * @throws IOException if a file fails
     */
    public void write(Part part, TensorWriter out) throws IOException {
        Affine[] shared = pieces.shared();
        if (part == Part.CODES) {
            eachPiece(piece -> out.write(piece.codes, 0, piece.n));
        } else if (part == Part.TENSOR_SCALE) {
            out.write(
                    new int[] {
                        Float.floatToRawIntBits(
                                pieces.tensorScale().orElse(TensorScale.ONE).decode())
                    },
                    0,
                    1);
        } else if (shared.length > 0) {
            writeShared(part, shared, out);
        } else if (part == Part.ZERO_POINT) {
            eachPiece(piece -> out.write(zeroCodes(Arrays.copyOf(piece.zeroPoints, piece.groups)), 0, piece.groups));
        } else if (pieces.scaleFormat() != Formats.BINARY32) {
            eachPiece(piece -> out.write(piece.scaleCodes, 0, piece.groups));
        } else {
            eachPiece(piece -> {
                int[] bits = new int[piece.groups];
                for (int i = 0; i < bits.length; i++) {
                    bits[i] = Float.floatToRawIntBits(piece.scales[i]);
                }
                out.write(bits, 0, bits.length);
            });
        }
    }

    private void writeShared(Part part, Affine[] shared, TensorWriter out) throws IOException {
        int[] numbers = new int[shared.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = part == Part.SCALE ? Float.floatToRawIntBits(shared[i].scale()) : shared[i].zeroPoint();
        }
        if (part == Part.SCALE) {
            out.write(numbers, 0, numbers.length);
        } else {
            out.write(zeroCodes(numbers), 0, numbers.length);
        }
    }

    private byte[] zeroCodes(int[] integers) {
        byte[] codes = new byte[integers.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (integers[i] & (int) format().codeMask());
        }
        return codes;
    }

    /**
     * Gives all values, and those that stand for them, to a sink.
     *
     * @param sink takes them
     * @throws IOException if the file cannot be read
     */
    public void forEach(Sink sink) throws IOException {
        float[][] approximated = {new float[0]};
        eachPiece(piece -> {
            if (approximated[0].length < piece.n) {
                approximated[0] = new float[piece.n];
            }
            float[] back = approximated[0];
            pieces.dequantize(piece, back);
            pieces.eachRun(piece, (at, n, scale, zero) -> sink.accept(piece.values, back, at, n, scale, zero));
        });
    }

    private interface PieceSink {
        void accept(Piece piece) throws IOException;
    }

    private void eachPiece(PieceSink sink) throws IOException {
        Piece piece = new Piece();
        long elements = values.info().elements();
        for (long at = 0; at < elements; at += piece.n) {
            piece.begin(at, (int) (pieces.end(at, CHUNK) - at));
            values.read(at, piece.values, 0, piece.n);
            pieces.quantize(piece);
            sink.accept(piece);
        }
    }

    /** {@return for example {@code w: i8 [64, 128], scale f32 [64]}} */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Part part : parts()) {
            TensorInfo info = info(part, false);
            text.append(text.length() == 0 ? "" : ", ")
                    .append(part == Part.CODES ? info : part.name().toLowerCase(Locale.ROOT) + " " + info.named(""));
        }
        return text.toString();
    }
}
