package org.bitexact.internal.array;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Policies;
import org.bitexact.format.ScalarFormat;
import org.jspecify.annotations.Nullable;

/** Something for which every family may have a kernel, and how a kernel is held against the scalar one. */
abstract class KernelTask {
    private static final int STIMULUS = 2048;
    /** Enough for two vectors. */
    private static final int SLICE = 32;
    /** Rows of consecutive blocks are so far apart, and blocks of consecutive rows: inverses modulo 256. */
    private static final int ROW = 37;

    private static final int BLOCK = 173;

    /** {@return what is done, for the log} */
    abstract String name();

    /** {@return a family's kernel, or null} */
    abstract @Nullable ArrayKernel kernel(Kernels family);

    /** {@return source elements that meet every rule of the conversion: {@code STIMULUS} of them} */
    abstract Object stimulus();

    /** {@return an array for {@code n} elements of the result} */
    abstract Object results(int n);

    /** {@return a copy of a range of source elements, from position 0} */
    Object copy(Object src, int from, int n) {
        Object copy = Array.newInstance(src.getClass().getComponentType(), n);
        System.arraycopy(src, from, copy, 0, n);
        return copy;
    }

    /** {@return elements of a trial of cold code: many short runs make a compiler act sooner than few long ones} */
    int slice() {
        return SLICE;
    }

    /** {@return whether no vector kernel can be faster than those of the family {@code jdk}} */
    boolean isSettledByJdk() {
        return true;
    }

    /** {@return an array for {@code n} elements of the result, of the type of another one: narrow codes may lie in wide elements} */
    Object resultsLike(Object array, int n) {
        Object results = results(n);
        Class<?> type = array.getClass();
        return results.getClass() == type
                ? results
                : Array.newInstance(type.getComponentType(), Array.getLength(results));
    }

    /** {@return the kernel that defines the results} */
    final ArrayKernel scalar() {
        ArrayKernel kernel = kernel(ScalarKernels.INSTANCE);
        if (kernel == null) {
            throw new IllegalStateException("the scalar family must have a kernel: " + name());
        }
        return kernel;
    }

    /** {@return whether a kernel gives the scalar kernel's results on the stimulus} */
    final boolean agrees(ArrayKernel kernel) {
        return agrees(kernel, scalar(), stimulus(), 0, STIMULUS, 0);
    }

    /** {@return whether two kernels give the same results} */
    final boolean agrees(ArrayKernel a, ArrayKernel b, Object src, int from, int n, long index) {
        Object x = results(n);
        Object y = results(n);
        a.apply(src, from, x, 0, n, index);
        b.apply(src, from, y, 0, n, index);
        return equal(x, 0, y, 0, a.produced(n));
    }

    /** {@return whether two ranges of results are the same} */
    boolean equal(Object a, int from, Object b, int to, int n) {
        return same(a, from, b, to, n);
    }

    /** {@return whether ranges of two arrays of one type hold the same bits} */
    static boolean same(Object a, int from, Object b, int to, int n) {
        if (a instanceof byte[] x) {
            return Arrays.equals(x, from, from + n, (byte[]) b, to, to + n);
        } else if (a instanceof short[] x) {
            return Arrays.equals(x, from, from + n, (short[]) b, to, to + n);
        } else if (a instanceof int[] x) {
            return Arrays.equals(x, from, from + n, (int[]) b, to, to + n);
        }
        float[] x = (float[]) a;
        float[] y = (float[]) b;
        for (int i = 0; i < n; i++) {
            if (Float.floatToRawIntBits(x[from + i]) != Float.floatToRawIntBits(y[to + i])) {
                return false;
            }
        }
        return true;
    }

    /** {@return an array of the narrowest elements that hold a code} */
    static Object codes(int width, int n) {
        return width <= 8 ? new byte[n] : width <= 16 ? new short[n] : new int[n];
    }

    /** Encoding binary32 values. */
    static KernelTask encode(ScalarFormat target, Policies policies, long seed, Storage storage) {
        return new KernelTask() {
            @Override
            String name() {
                String where = storage == Storage.ELEMENTS ? "" : ", " + storage;
                return "encode " + target + " " + policies.rounding().id() + where;
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.storingEncoder(target, policies, seed, storage);
            }

            /** Each exponent with both signs: a power of two, a tie, beside a tie, anything. */
            @Override
            Object stimulus() {
                int shift = target instanceof FloatFormat f ? Math.max(23 - f.trailingBits(), 1) : 20;
                int half = 1 << shift - 1;
                SplittableRandom random = new SplittableRandom(1);
                float[] values = new float[STIMULUS];
                for (int i = 0; i < STIMULUS; i++) {
                    int trailing = random.nextInt(1 << 23);
                    int tie = trailing & -half << 1 | half;
                    int bits = switch (i & 3) {
                        case 0 -> 0;
                        case 1 -> tie & 0x7f_ffff;
                        case 2 -> tie + (trailing & 2) - 1 & 0x7f_ffff;
                        default -> trailing;
                    };
                    values[i] = Float.intBitsToFloat(i >>> 2 << 23 | bits); // sign and exponent
                }
                return values;
            }

            @Override
            Object results(int n) {
                return storage == Storage.HIGH_BITS
                        ? new int[n]
                        : storage.isDense() ? new byte[storage.size(target, n)] : codes(target.width(), n);
            }
        };
    }

    /** Decoding into binary32. */
    static KernelTask decode(ScalarFormat source) {
        return new KernelTask() {
            @Override
            String name() {
                return "decode " + source;
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                Decoder decoder = family.decoder(source);
                return decoder == null ? null : ArrayKernel.of(decoder);
            }

            /** Every code, or half of them evenly spread and the others anywhere. */
            @Override
            Object stimulus() {
                int width = source.width();
                SplittableRandom random = new SplittableRandom(2);
                Object codes = codes(width, STIMULUS);
                for (int i = 0; i < STIMULUS; i++) {
                    int code = width <= 11 ? i : (i & 1) == 0 ? i >>> 1 << width - 10 : random.nextInt();
                    int bits = code & (int) source.codeMask();
                    if (codes instanceof byte[] bytes) {
                        bytes[i] = (byte) bits;
                    } else if (codes instanceof short[] shorts) {
                        shorts[i] = (short) bits;
                    } else {
                        ((int[]) codes)[i] = bits;
                    }
                }
                return codes;
            }

            @Override
            Object results(int n) {
                return new float[n];
            }
        };
    }

    /** Decoding from dense storage into binary32. */
    static KernelTask decodeDense(ScalarFormat source, boolean highFirst) {
        return new KernelTask() {
            @Override
            String name() {
                return "decode " + source + (highFirst ? ", dense, high first" : ", dense, low first");
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.denseDecoder(source, highFirst);
            }

            @Override
            Object stimulus() {
                return randomBytes(0xff);
            }

            @Override
            Object results(int n) {
                return new float[n];
            }
        };
    }

    /** Packing codes. */
    static KernelTask pack(int width, boolean highFirst) {
        return new KernelTask() {
            @Override
            String name() {
                return "pack " + width + (highFirst ? "-bit codes, high first" : "-bit codes, low first");
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                Packer packer = family.packer(width, highFirst);
                return packer == null ? null : ArrayKernel.packing(packer, width);
            }

            @Override
            Object stimulus() {
                return randomBytes((1 << width) - 1);
            }

            @Override
            Object results(int n) {
                return new byte[ArrayKernel.denseBytes(n, width)];
            }
        };
    }

    /** Unpacking codes. */
    static KernelTask unpack(int width, boolean highFirst) {
        return new KernelTask() {
            @Override
            String name() {
                return "un" + pack(width, highFirst).name();
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                Packer packer = family.packer(width, highFirst);
                return packer == null ? null : ArrayKernel.unpacking(packer, width);
            }

            @Override
            Object stimulus() {
                return randomBytes(0xff);
            }

            @Override
            Object results(int n) {
                return new byte[n];
            }
        };
    }

    /** Computing with binary32 values. */
    static KernelTask step(FloatStep step) {
        return new KernelTask() {
            @Override
            String name() {
                return step.toString();
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.step(step);
            }

            /** Pairs of every magnitude and distance, of equal exponents, of any patterns; and what cancels. */
            @Override
            Object stimulus() {
                SplittableRandom random = new SplittableRandom(4);
                float[] rows = new float[3 * FloatStep.STRIDE];
                for (int i = 0; i < STIMULUS; i++) {
                    int bits = random.nextInt() & -1 << random.nextInt(24);
                    int near = (bits ^ Integer.MIN_VALUE) + random.nextInt(-1, 2);
                    int other = random.nextInt() & -1 << random.nextInt(24);
                    boolean special = (i & 31) == 31;
                    rows[i] = Float.intBitsToFloat(special ? bits | 0x7f80_0000 : bits);
                    rows[FloatStep.STRIDE + i] = Float.intBitsToFloat(
                            switch (i & 3) {
                                case 0 -> bits & 0xff80_0000 | other & 0x807f_ffff;
                                case 1 -> near;
                                case 2 -> other & 0x8000_0000;
                                default -> other;
                            });
                    float product = rows[i] * rows[FloatStep.STRIDE + i];
                    rows[2 * FloatStep.STRIDE + i] = (i & 4) == 0
                            ? -product
                            : Float.intBitsToFloat(
                                    Float.floatToRawIntBits(product) ^ random.nextInt() >>> random.nextInt(32));
                }
                return rows;
            }

            @Override
            Object results(int n) {
                return new float[n + 1];
            }
        };
    }

    /** Computing with codes. */
    static KernelTask operation(CodeOperation operation) {
        return new KernelTask() {
            @Override
            String name() {
                return operation.toString();
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.operation(operation);
            }

            /** Any codes; sums that cancel; products that are midpoints, and addends that hardly count. */
            @Override
            Object stimulus() {
                SplittableRandom random = new SplittableRandom(5);
                FloatFormat f = operation.format();
                int four = f.bias() + 2 << f.trailingBits();
                short[] x = new short[STIMULUS];
                short[] y = new short[STIMULUS];
                short[] z = new short[STIMULUS];
                for (int i = 0; i < STIMULUS; i++) {
                    int bits = random.nextInt() & -1 << random.nextInt(12);
                    boolean near = (i & 7) == 3;
                    boolean midpoint = (i & 3) == 1;
                    x[i] = (short) (midpoint ? four + random.nextInt(128) : bits);
                    y[i] = (short)
                            (midpoint
                                    ? four + random.nextInt(128)
                                    : near ? (bits ^ 0x8000) + random.nextInt(-1, 2) : random.nextInt());
                    z[i] = (short) (midpoint ? random.nextInt(2) << 15 | random.nextInt(3) : random.nextInt());
                }
                return new CodeOperation.Operands(x, 0, y, 0, z, 0);
            }

            @Override
            Object results(int n) {
                return new short[n];
            }

            @Override
            Object copy(Object src, int from, int n) {
                CodeOperation.Operands o = (CodeOperation.Operands) src;
                return new CodeOperation.Operands(
                        copy(o.x(), o.xFrom() + from, n),
                        0,
                        copy(o.y(), o.yFrom() + from, n),
                        0,
                        copy(o.z(), o.zFrom() + from, n),
                        0);
            }

            private static short[] copy(short[] codes, int from, int n) {
                return Arrays.copyOfRange(codes, from, from + n);
            }

            @Override
            boolean isSettledByJdk() {
                return false;
            }
        };
    }

    private static byte[] randomBytes(int mask) {
        byte[] bytes = new byte[STIMULUS];
        new SplittableRandom(3).nextBytes(bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= (byte) mask;
        }
        return bytes;
    }

    /** Any patterns, numbers of like exponents, zeros, infinities and NaNs. */
    private static float[] anything(SplittableRandom random, int n) {
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            int bits = random.nextInt() & -1 << random.nextInt(24);
            int pattern = switch (i & 31) {
                case 29 -> bits | 0x7f80_0000;
                case 31 -> bits & 0x8000_0000;
                default -> (i & 2) == 0 ? bits : bits & 0x87ff_ffff | 0x3800_0000;
            };
            values[i] = Float.intBitsToFloat(pattern);
        }
        return values;
    }

    /** Computing with blocks of binary32 values. */
    static KernelTask block(BlockStep step) {
        return new KernelTask() {
            @Override
            String name() {
                return step.toString();
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.block(step);
            }

            @Override
            Object stimulus() {
                SplittableRandom random = new SplittableRandom(5);
                float[] values = anything(random, STIMULUS);
                int numbers = step.operation().numbers();
                if (step.operation() == BlockStep.Operation.LARGEST) {
                    // any place may have it, of either sign; every fourth block is left with infinities and NaNs
                    for (int i = 0; i < STIMULUS; i++) {
                        int block = i / step.length();
                        int place = (block & 1) == 1 ? step.length() - 1 : block * 7 % step.length();
                        if ((block & 3) != 0) {
                            float small = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) & 0xbfff_ffff);
                            values[i] = i % step.length() == place ? (block & 2) - 4.5f : small;
                        }
                    }
                    return values;
                }
                float[] table = anything(random, 256 * numbers + BlockStep.BEYOND);
                if (step.operation() == BlockStep.Operation.CLASSIFY) {
                    for (int row = 0; row < 256; row++) {
                        int at = row * BlockStep.LIMITS;
                        for (int i = at; i < at + BlockStep.LIMITS; i++) {
                            // most of them close to values of its block, or equal
                            float near = values[(row * BLOCK & 0xff) * step.length() % STIMULUS]
                                    * (0.25f + (i - at) * 0.25f);
                            table[i] = Math.abs((row & 3) != 0 && Math.abs(near) <= Float.MAX_VALUE ? near : table[i]);
                        }
                        Arrays.sort(table, at, at + BlockStep.LIMITS);
                    }
                }
                byte[] rows = new byte[STIMULUS];
                for (int i = 0; i < rows.length; i++) {
                    rows[i] = (byte) (i * ROW);
                }
                return new BlockStep.Operands(values, table, rows, 0);
            }

            @Override
            int slice() {
                return Math.max(SLICE, step.length());
            }

            @Override
            Object results(int n) {
                return switch (step.operation()) {
                    case LARGEST -> new float[step.blocks(n)];
                    case MULTIPLY, DIVIDE -> new float[n];
                    case CLASSIFY -> new byte[n];
                };
            }

            @Override
            Object copy(Object src, int from, int n) {
                return src instanceof BlockStep.Operands x
                        ? new BlockStep.Operands(
                                (float[]) super.copy(x.values(), from, n),
                                x.table().clone(),
                                (byte[]) super.copy(x.rows(), x.first(), step.blocks(n)),
                                0)
                        : super.copy(src, from, n);
            }
        };
    }

    /** Encoding in blocks whose scales are powers of two. */
    static KernelTask mx(MxEncoding step) {
        return new Blocks(step.length()) {
            @Override
            String name() {
                return step.toString();
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.mx(step);
            }

            /** Ties, and what is beside them, in blocks of all magnitudes; some blocks have an infinity or a NaN. */
            @Override
            Object stimulus() {
                SplittableRandom random = new SplittableRandom(7);
                int half = step.target() instanceof FloatFormat f ? 1 << 22 - Math.min(f.trailingBits(), 21) : 1 << 16;
                float[] values = new float[STIMULUS];
                float[] special = anything(random, STIMULUS);
                for (int i = 0; i < STIMULUS; i++) {
                    int block = i / step.length();
                    int exponent = block * BLOCK % 255 - random.nextInt(24);
                    int trailing = random.nextInt(1 << 23);
                    int tie = (trailing & -half << 1 | half) + (i & 1) * (trailing & 2) - (i & 1);
                    int bits = (i & 2) == 0 ? trailing : tie & 0x7f_ffff;
                    int sign = random.nextInt() & 0x8000_0000;
                    values[i] = (block & 7) == 7
                            ? special[i]
                            : i % 11 == 0
                                    ? Float.intBitsToFloat(sign)
                                    : Float.intBitsToFloat(sign | Math.max(exponent, 0) << 23 | bits);
                }
                int emax = step.target() instanceof FloatFormat f ? f.emax() : 0;
                return new MxEncoding.Operands(values, 0x12_3456, -emax);
            }

            @Override
            Object copy(Object src, int from, int n) {
                MxEncoding.Operands x = (MxEncoding.Operands) src;
                return new MxEncoding.Operands((float[]) super.copy(x.values(), from, n), x.add(), x.offset());
            }
        };
    }

    /** Encoding in blocks by limits. */
    static KernelTask limits(LimitEncoding step) {
        return new Blocks(step.length()) {
            @Override
            String name() {
                return step.toString();
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.limits(step);
            }

            /**
             * Blocks of all magnitudes, some with an infinity or a NaN; limits of scales of 3 trailing bits, among them largest
             * magnitudes of blocks, and any limits of elements.
             */
            @Override
            Object stimulus() {
                SplittableRandom random = new SplittableRandom(8);
                float[] values = anything(random, STIMULUS);
                int[] limits = new int[128];
                for (int k = 0; k < limits.length; k++) {
                    double m = k <= 8 ? (k - 0.5) / 512 : Math.scalb(1 + (k - 0.5) % 8 / 8, (k >> 3) - 7);
                    limits[k] = k == 0 ? -1 : k == 127 ? 0x7f7f_ffff : Float.floatToRawIntBits((float) (m / 3));
                }
                for (int i = 0; i < STIMULUS; i++) {
                    int block = i / step.length();
                    boolean largest = i % step.length() == 0;
                    if ((block & 7) != 7) {
                        float limit = Float.intBitsToFloat(limits[1 + (block * 11 & 0x7f) % 126]);
                        int bits = Float.floatToRawIntBits(values[i]);
                        float less = limit * (bits & 0xff) / 256;
                        values[i] = Math.copySign(
                                largest ? (block & 1) == 0 ? limit : Math.nextUp(limit) : less, values[i]);
                    }
                }
                float[] table = new float[BlockStep.ROWS * BlockStep.LIMITS + BlockStep.BEYOND];
                for (int i = 0; i < table.length; i++) {
                    float magnitude = Float.intBitsToFloat(Math.max(0, limits[(i >> 3) % 127]));
                    table[i] = magnitude * (i & 7) * 0.125f;
                }
                return new LimitEncoding.Operands(values, new LimitEncoding.Scales(3, 3, -6, limits), table);
            }

            @Override
            Object copy(Object src, int from, int n) {
                LimitEncoding.Operands x = (LimitEncoding.Operands) src;
                return new LimitEncoding.Operands((float[]) super.copy(x.values(), from, n), x.scales(), x.table());
            }
        };
    }

    /** A task whose results are codes of elements and scales of blocks. */
    private abstract static class Blocks extends KernelTask {
        private final int length;

        Blocks(int length) {
            this.length = length;
        }

        @Override
        int slice() {
            return Math.max(SLICE, length);
        }

        @Override
        Object results(int n) {
            return new MxEncoding.Coded(new byte[n], new byte[BlockStep.blocks(n, length)], 0);
        }

        @Override
        Object resultsLike(Object results, int n) {
            return results(n);
        }

        @Override
        boolean equal(Object a, int from, Object b, int to, int n) {
            MxEncoding.Coded x = (MxEncoding.Coded) a;
            MxEncoding.Coded y = (MxEncoding.Coded) b;
            return same(x.codes(), from, y.codes(), to, n)
                    && same(x.scales(), x.first(), y.scales(), y.first(), BlockStep.blocks(n, length));
        }
    }

    /** Quantising to integers. */
    static KernelTask quantize(QuantizeStep step) {
        return new KernelTask() {
            @Override
            String name() {
                return step.toString();
            }

            @Override
            @Nullable
            ArrayKernel kernel(Kernels family) {
                return family.quantize(step);
            }

            /** Ties of quotients, and any patterns. */
            @Override
            Object stimulus() {
                SplittableRandom random = new SplittableRandom(6);
                float[] values = anything(random, STIMULUS);
                for (int i = 0; i < STIMULUS; i += 2) {
                    values[i] = (i - STIMULUS / 2) * 0.25f;
                }
                return new QuantizeStep.Operands(values, 0.5f, 7, -100, 120, -3);
            }

            @Override
            Object results(int n) {
                return codes(8 * step.bytes(), n);
            }

            @Override
            Object copy(Object src, int from, int n) {
                QuantizeStep.Operands x = (QuantizeStep.Operands) src;
                return new QuantizeStep.Operands(
                        (float[]) super.copy(x.values(), from, n), x.number(), x.zero(), x.min(), x.max(), x.nan());
            }
        };
    }
}
