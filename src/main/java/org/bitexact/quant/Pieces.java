package org.bitexact.quant;

import java.util.Optional;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;

/** Quantises the pieces of one tensor, with parameters that are known or follow from a piece. */
abstract class Pieces {
    /** The most elements between the first and the last of a block. */
    private static final long LARGEST_GROUP = 1L << 28;

    final Granularity.Layout layout;

    Pieces(Granularity.Layout layout) {
        this.layout = layout;
        if (group() > LARGEST_GROUP) {
            throw new IllegalArgumentException("a block must extend over at most " + LARGEST_GROUP + " elements: "
                    + layout.granularity().size() + " along axis "
                    + layout.granularity().axis() + " take " + group());
        }
    }

    /** Elements of consecutive positions that hold whole groups, where groups are blocks. */
    private long group() {
        return layout.granularity().kind() == Granularity.Kind.BLOCK
                ? Math.min(layout.granularity().size(), Math.max(1, layout.length())) * layout.inner()
                : 1;
    }

    /** {@return where a piece that begins at an element may end, within bounds if that can be} */
    final long end(long at, int most) {
        long total = layout.elements();
        if (layout.granularity().kind() != Granularity.Kind.BLOCK) {
            return Math.min(total, at + most);
        }
        long row = layout.length() * layout.inner();
        long group = group();
        if (row % group != 0 && at % row == 0 && row <= most) {
            return Math.min(total, at + most / row * row);
        }
        long limit = row % group == 0 ? total : at - at % row + row;
        return Math.min(limit, at + Math.max(1, most / group) * group);
    }

    /** {@return where the group or row of groups that an element begins ends: whole rows where groups divide them} */
    final long groupsEnd(long at, long end) {
        long row = layout.length() * layout.inner();
        return row % group() == 0 ? end : Math.min(end, at - at % row + row);
    }

    /** {@return the length of the last dimension of a block's group at an element} */
    final int groupLength(long at) {
        long a = at / layout.inner() % layout.length();
        return (int) Math.min(layout.granularity().size(), layout.length() - a);
    }

    /** {@return the format of codes} */
    abstract ScalarFormat format();

    /** {@return the format of scales} */
    FloatFormat scaleFormat() {
        return Formats.BINARY32;
    }

    /** {@return the scale of the whole tensor beside that of blocks} */
    Optional<TensorScale> tensorScale() {
        return Optional.empty();
    }

    /** {@return whether there are zero points} */
    abstract boolean affine();

    /** {@return scales and zero points that do not depend on pieces; empty if they do} */
    Affine[] shared() {
        return new Affine[0];
    }

    /** Computes codes and scales. */
    abstract void quantize(Piece piece);

    /** Computes the values of codes. */
    abstract void dequantize(Piece piece, float[] dst);

    /** Takes elements of a piece that share a scale. */
    interface Run {
        void accept(int at, int n, double scale, int zeroPoint);
    }

    /** Gives a quantised piece to an action, run by run, in order of the first elements where groups lie side by side. */
    abstract void eachRun(Piece piece, Run run);
}
