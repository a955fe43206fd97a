package org.bitexact.quant;

import java.util.Optional;
import org.bitexact.codec.Codec;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.ScalarFormat;

/** Blocks of a block format, along the last axis. */
final class BlockPieces extends Pieces {
    private final BlockCodec codec;
    private final Codec scales;
    private final TensorScale tensorScale;
    private final long seed;

    BlockPieces(BlockCodec codec, Granularity.Layout layout, TensorScale tensorScale, long seed) {
        super(layout);
        this.codec = codec;
        this.tensorScale = tensorScale;
        this.seed = seed;
        scales = Codec.of(codec.format().scale());
    }

    private interface Blocks {
        /** Takes {@code n} elements from the first of a block on, and the number of that block. */
        void apply(int at, int n, int block);
    }

    private void eachRow(Piece piece, Blocks action) {
        int block = 0;
        for (int at = 0; at < piece.n; ) {
            int n = (int) (groupsEnd(piece.at + at, piece.at + piece.n) - piece.at) - at;
            action.apply(at, n, block);
            block += codec.blocks(n);
            at += n;
        }
    }

    @Override
    ScalarFormat format() {
        return codec.format().element();
    }

    @Override
    FloatFormat scaleFormat() {
        return codec.format().scale();
    }

    @Override
    Optional<TensorScale> tensorScale() {
        return codec.format().tensorScale() ? Optional.of(tensorScale) : Optional.empty();
    }

    @Override
    boolean affine() {
        return false;
    }

    @Override
    void quantize(Piece piece) {
        eachRow(piece, (at, n, block) -> {
            piece.reserve(codec.blocks(n));
            codec.encode(
                    piece.values, at, piece.codes, at, piece.scaleCodes, block, n, tensorScale, seed, piece.at + at);
            piece.groups += codec.blocks(n);
        });
    }

    @Override
    void dequantize(Piece piece, float[] dst) {
        eachRow(
                piece,
                (at, n, block) -> codec.decode(piece.codes, at, piece.scaleCodes, block, dst, at, n, tensorScale));
    }

    @Override
    void eachRun(Piece piece, Run run) {
        int length = codec.format().blockLength();
        double smallest = scales.decode(codec.format().scale().minPositiveCode());
        eachRow(piece, (from, count, first) -> {
            for (int at = from, block = first; at < from + count; at += length, block++) {
                double s = scales.decode(piece.scaleCodes[block] & 0xff);
                // a NaN scale belongs to numbers that are not compared; 0 to numbers below the smallest scale's
                double scale = s > 0 ? s : smallest;
                run.accept(at, Math.min(length, from + count - at), scale * tensorScale.decode(), 0);
            }
        });
    }
}
