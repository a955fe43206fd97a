package org.bitexact.testkit;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.bitexact.array.Packing;
import org.jspecify.annotations.Nullable;

/** Mistakes in dense storage: the wrong order, lost or stray bits. */
final class PackingDefects {
    private static final int CASES = 64;

    private PackingDefects() {}

    static Mutants<CodePacker> mutants(Packing packing) {
        return Mutants.of(MutantFamily.PACKING, packing, packer(packing), LIST, (right, wrong) -> {
            for (int i = 0; i < CASES; i++) {
                byte[] codes = codes(packing, i);
                byte[] r = right.pack(codes);
                byte[] w = wrong.pack(codes);
                if (!Arrays.equals(r, w)) {
                    return new Mutants.Difference(hex(codes) + " is packed as " + hex(r) + ", not " + hex(w), false);
                }
            }
            return null;
        });
    }

    private static String hex(byte[] bytes) {
        return "[" + HexFormat.ofDelimiter(" ").formatHex(bytes) + "]";
    }

    private static byte[] codes(Packing packing, int i) {
        RandomGenerator random = Draws.source(1, i);
        byte[] codes = new byte[1 + i % 20];
        for (int j = 0; j < codes.length; j++) {
            codes[j] = (byte) Draws.below(random, 1 << packing.width());
        }
        return codes;
    }

    private static CodePacker packer(Packing packing) {
        return codes -> {
            byte[] dense = new byte[packing.bytes(codes.length)];
            packing.pack(codes, 0, dense, 0, codes.length);
            return dense;
        };
    }

    /** What becomes of the codes before, and of the bytes after. */
    private interface Spoil {
        byte[] pack(Packing packing, CodePacker right, byte[] codes);
    }

    private static Defect<Packing, CodePacker> spoil(String name, String words, Spoil spoil) {
        return new Defect<>(name, words, (p, right) -> codes -> spoil.pack(p, right, codes));
    }

    private static @Nullable CodePacker otherOrder(Packing p, CodePacker right) {
        return packer(
                p.order() == Packing.Order.LOW_FIRST ? Packing.highFirst(p.width()) : Packing.lowFirst(p.width()));
    }

    private static final List<Defect<Packing, CodePacker>> LIST = List.of(
            new Defect<>("wrong-order", "the first code lies at the other end of a byte", PackingDefects::otherOrder),
            spoil("reversed-codes", "the codes are packed from the last to the first", (p, right, codes) -> {
                byte[] reversed = new byte[codes.length];
                for (int i = 0; i < codes.length; i++) {
                    reversed[i] = codes[codes.length - 1 - i];
                }
                return right.pack(reversed);
            }),
            spoil("reversed-bits", "the bits of each byte are reversed", (p, right, codes) -> {
                byte[] dense = right.pack(codes);
                for (int i = 0; i < dense.length; i++) {
                    dense[i] = (byte) (Integer.reverse(dense[i]) >>> 24);
                }
                return dense;
            }),
            spoil("last-byte-lost", "a last byte that is not full is not written", (p, right, codes) -> {
                byte[] dense = right.pack(codes);
                int full = codes.length * p.width() / 8;
                Arrays.fill(dense, full, dense.length, (byte) 0);
                return dense;
            }),
            spoil("stray-bits", "unused bits of the last byte are ones", (p, right, codes) -> {
                byte[] dense = right.pack(codes);
                int unused = 8 * dense.length - codes.length * p.width();
                int ones = (1 << unused) - 1;
                dense[dense.length - 1] |= (byte) (p.order() == Packing.Order.LOW_FIRST ? ones << 8 - unused : ones);
                return dense;
            }),
            spoil("sign-extended", "the sign of a code spills into the next one", (p, right, codes) -> {
                byte[] dense = right.pack(codes);
                int mask = (1 << p.width()) - 1;
                for (int i = 0; i + 1 < codes.length; i++) {
                    if (codes[i] >> p.width() - 1 != 0) {
                        p.set(dense, 0, i + 1, mask);
                    }
                }
                return dense;
            }));
}
