package org.bitexact.internal.array;

import org.bitexact.format.FloatFormat;
import org.bitexact.format.IntFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/** The fast kernels of plain Java: tables, and integer arithmetic in loops that compilers vectorise by themselves. */
public final class TableKernels implements Kernels {
    /** The family. */
    public static final TableKernels INSTANCE = new TableKernels();

    private TableKernels() {}

    @Override
    public String name() {
        return "table";
    }

    @Override
    public @Nullable Encoder encoder(ScalarFormat target, Policies policies, long seed) {
        if (target instanceof FloatFormat f && NearestEncoder.supports(f, policies)) {
            return new NearestEncoder(f, policies);
        }
        if (TableEncoder.supports(target, policies)) {
            return new TableEncoder(target, policies);
        }
        if (target instanceof FloatFormat f) {
            return ArithmeticEncoder.supports(f, policies) ? new ArithmeticEncoder(f, policies, seed) : null;
        }
        IntFormat f = (IntFormat) target;
        return IntegerEncoder.supports(f, policies) ? new IntegerEncoder(f, policies) : null;
    }

    @Override
    public @Nullable Decoder decoder(ScalarFormat source) {
        if (source.width() <= 16) {
            TableDecoder table = new TableDecoder(source);
            SpreadDecoder spread = SpreadDecoder.of(source, table);
            return spread == null ? table : spread;
        }
        return source instanceof FloatFormat f && PrefixDecoder.supports(f) ? new PrefixDecoder(f) : null;
    }

    @Override
    public ArrayKernel step(FloatStep step) {
        return new PlainStep(step);
    }

    @Override
    public ArrayKernel quantize(QuantizeStep step) {
        return new QuantizeStep.Loops(step);
    }

    @Override
    public Packer packer(int width, boolean highFirst) {
        return new WordPacker(width, highFirst);
    }
}
