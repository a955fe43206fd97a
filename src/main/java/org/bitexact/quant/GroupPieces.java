package org.bitexact.quant;

import org.bitexact.format.ScalarFormat;

/** Integers and floats in blocks along an axis, whose parameters follow from their values. */
final class GroupPieces extends Pieces {
    private final ElementQuantizer elements;
    private final boolean affine;
    private final long seed;
    private float[] prepared = new float[0];
    private float[] column = new float[0];

    GroupPieces(ElementQuantizer elements, Granularity.Layout layout, boolean affine, long seed) {
        super(layout);
        this.elements = elements;
        this.affine = affine;
        this.seed = seed;
    }

    private interface Group {
        /** Takes elements {@code at}, {@code at + inner} and so on, {@code n} of them. */
        void apply(int at, int n, int group);
    }

    private void eachGroup(Piece piece, Group action) {
        int inner = (int) layout.inner(); // no larger than a piece
        int group = 0;
        for (int at = 0; at < piece.n; ) {
            int n = groupLength(piece.at + at);
            for (int i = 0; i < inner; i++) {
                action.apply(at + i, n, group++);
            }
            at += n * inner;
        }
    }

    private void gather(float[] src, int at, int n) {
        int inner = (int) layout.inner();
        if (column.length < n) {
            column = new float[n];
        }
        for (int j = 0; j < n; j++) {
            column[j] = src[at + j * inner];
        }
    }

    private void scatter(float[] dst, int at, int n) {
        int inner = (int) layout.inner();
        for (int j = 0; j < n; j++) {
            dst[at + j * inner] = column[j];
        }
    }

    private static Affine parameters(Piece piece, int group) {
        return new Affine(piece.scales[group], piece.zeroPoints[group]);
    }

    @Override
    ScalarFormat format() {
        return elements.format();
    }

    @Override
    boolean affine() {
        return affine;
    }

    @Override
    void quantize(Piece piece) {
        if (prepared.length < piece.n) {
            prepared = new float[piece.n];
        }
        eachGroup(piece, (at, n, group) -> {
            gather(piece.values, at, n);
            float min = 0;
            float max = 0;
            for (int j = 0; j < n; j++) {
                float x = column[j];
                if (Math.abs(x) <= Float.MAX_VALUE) {
                    min = Math.min(min, x);
                    max = Math.max(max, x);
                }
            }
            Affine p = TensorScheme.chosen(elements, affine, min, max);
            piece.reserve(1);
            piece.scales[group] = p.scale();
            piece.zeroPoints[group] = p.zeroPoint();
            piece.groups++;
            elements.prepare(p, column, 0, column, 0, n);
            scatter(prepared, at, n);
        });
        elements.codec().withSeed(seed, piece.at).encode(prepared, 0, piece.codes, 0, piece.n);
    }

    @Override
    void dequantize(Piece piece, float[] dst) {
        elements.codec().decode(piece.codes, 0, dst, 0, piece.n);
        eachGroup(piece, (at, n, group) -> {
            gather(dst, at, n);
            ElementQuantizer.restore(parameters(piece, group), column, 0, n);
            scatter(dst, at, n);
        });
    }

    @Override
    void eachRun(Piece piece, Run run) {
        int inner = (int) layout.inner();
        eachGroup(piece, (at, n, group) -> {
            float scale = piece.scales[group];
            int zero = piece.zeroPoints[group];
            if (inner == 1) {
                run.accept(at, n, scale, zero);
            } else {
                for (int j = 0; j < n; j++) {
                    run.accept(at + j * inner, 1, scale, zero);
                }
            }
        });
    }
}
