package org.bitexact.quant;

import org.bitexact.format.ScalarFormat;

/** Tensors and channels, whose parameters are known beforehand. */
final class SharedPieces extends Pieces {
    private final ElementQuantizer elements;
    private final Affine[] parameters;
    private final boolean affine;
    private final long seed;
    private float[] prepared = new float[0];

    SharedPieces(ElementQuantizer elements, Granularity.Layout layout, Affine[] parameters, boolean affine, long seed) {
        super(layout);
        this.elements = elements;
        this.parameters = parameters;
        this.affine = affine;
        this.seed = seed;
    }

    private interface Part {
        void apply(Affine parameters, int at, int n);
    }

    private void eachPart(Piece piece, Part part) {
        for (int i = 0; i < piece.n; ) {
            int n = (int) Math.min(piece.n - i, layout.run(piece.at + i));
            part.apply(parameters[(int) layout.parameter(piece.at + i)], i, n);
            i += n;
        }
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
    Affine[] shared() {
        return parameters;
    }

    @Override
    void quantize(Piece piece) {
        if (prepared.length < piece.n) {
            prepared = new float[piece.n];
        }
        eachPart(piece, (p, at, n) -> elements.prepare(p, piece.values, at, prepared, at, n));
        elements.codec().withSeed(seed, piece.at).encode(prepared, 0, piece.codes, 0, piece.n);
    }

    @Override
    void dequantize(Piece piece, float[] dst) {
        elements.codec().decode(piece.codes, 0, dst, 0, piece.n);
        eachPart(piece, (p, at, n) -> ElementQuantizer.restore(p, dst, at, n));
    }

    @Override
    void eachRun(Piece piece, Run run) {
        eachPart(piece, (p, at, n) -> run.accept(at, n, p.scale(), p.zeroPoint()));
    }
}
