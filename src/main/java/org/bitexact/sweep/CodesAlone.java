package org.bitexact.sweep;

import java.util.List;
import org.bitexact.format.ScalarFormat;

/** An implementation that drops the flags of another, to be compared with one that has none. */
record CodesAlone(Implementation base) implements Implementation {
    @Override
    public String id() {
        return "codes of " + base.id();
    }

    @Override
    public List<ScalarFormat> operands() {
        return base.operands();
    }

    @Override
    public boolean hasFlags() {
        return false;
    }

    @Override
    public Evaluation prepare() {
        Evaluation all = base.prepare();
        return (index, operands, results, count) -> {
            all.evaluate(index, operands, results, count);
            for (int i = 0; i < count; i++) {
                results[i] &= 0xffff_ffffL;
            }
        };
    }

    @Override
    public String explain(long code) {
        return base.explain(code);
    }
}
