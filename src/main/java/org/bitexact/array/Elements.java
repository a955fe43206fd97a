package org.bitexact.array;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.Objects;
import org.bitexact.format.FloatFormat;
import org.bitexact.format.Formats;
import org.bitexact.format.ScalarFormat;
import org.bitexact.internal.array.ArrayKernel;
import org.bitexact.internal.array.Storage;
import org.jspecify.annotations.Nullable;

/**
 * One side of a bulk operation: a run of values or codes in an array, a buffer or dense storage, read or written by
 * blocks.
 *
 * <p>An ordinary array is used as it lies; anything else goes through a block of scratch memory.
 *
 * <p><b>Thread safety</b>: none; it belongs to one call.
 */
final class Elements {
    /** The elements of a block of scratch memory, a multiple of 8. */
    static final int BLOCK = 8192;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    /** The type of an element. */
    enum Kind {
        BYTE(byte[].class, 8),
        SHORT(short[].class, 16),
        INT(int[].class, 32),
        LONG(long[].class, 64),
        FLOAT(float[].class, 32),
        DOUBLE(double[].class, 64);

        private static final Kind[] ALL = values(); // a call copies them

        final Class<?> array;
        final int bits;

        Kind(Class<?> array, int bits) {
            this.array = array;
            this.bits = bits;
        }

        Object make(int n) {
            return Array.newInstance(array.getComponentType(), n);
        }

        boolean isCode() {
            return compareTo(LONG) <= 0;
        }
    }

    private final String name;
    private final int n;
    /** The type of the elements that {@link #load} and {@link #store} move: bytes for dense storage. */
    private final Kind kind;

    private final @Nullable Packing packing;
    /** Position of a code in its element; see the container of TF32. */
    private int shift;

    /** The array the elements lie in, or null. */
    private @Nullable Object array;
    /** Otherwise the buffer, of the element's type. */
    private final @Nullable Buffer view;
    /** Position of the first element, or of the first dense byte, in either. */
    private int base;

    /** What tells whether two runs overlap: the array behind, where it is known, and the first bit in it. */
    private final @Nullable Object memory;

    private final long start;
    private boolean direct;
    private @Nullable Object scratch;
    /** The step from or to dense storage; elements are either read or written. */
    private @Nullable ArrayKernel packer;

    private Elements(
            String name,
            int n,
            Kind kind,
            @Nullable Packing packing,
            @Nullable Object array,
            @Nullable Buffer view,
            int base,
            @Nullable Object memory,
            long start) {
        this.name = name;
        this.n = n;
        this.kind = kind;
        this.packing = packing;
        this.array = array;
        this.view = view;
        this.base = base;
        this.memory = memory;
        this.start = start;
        direct = array != null && packing == null;
    }

    // ------------------------------------------------------------------ making

    /** {@return a range of an array} */
    static Elements array(String name, Object array, int from, int n) {
        Kind kind = kind(name, array);
        int length = Array.getLength(array);
        requireRange(name, length, from, n, length - from);
        return new Elements(name, n, kind, null, array, null, from, array, (long) from * kind.bits);
    }

    /** {@return codes in dense storage from a byte of an array on} */
    static Elements dense(String name, Object array, int from, int n, Packing packing) {
        if (!(Objects.requireNonNull(array, name) instanceof byte[] bytes)) {
            throw new IllegalArgumentException(name + " must be byte[] for packed codes: "
                    + array.getClass().getSimpleName());
        }
        requireRange(name, bytes.length, from, n, packing.maxCodes(bytes.length - from));
        return new Elements(name, n, Kind.BYTE, packing, bytes, null, from, bytes, 8L * from);
    }

    /**
     * {@return the first {@code n} elements that remain in a buffer}
     *
     * @param bytes bytes of an element in a {@code ByteBuffer}
     */
    static Elements buffer(String name, Buffer buffer, int bytes, int n) {
        Kind kind = kind(name, buffer, bytes);
        int unit = unit(buffer, kind);
        requireRoom(name, buffer, (long) n * unit, n);
        Object memory = buffer.hasArray() ? buffer.array() : null;
        long start = memory == null ? 0 : (long) (buffer.arrayOffset() + buffer.position()) * kind.bits / unit;
        boolean isArray = memory != null && memory.getClass() == kind.array;
        return new Elements(
                name,
                n,
                kind,
                null,
                isArray ? memory : null,
                isArray ? null : unit == 1 ? buffer : typed((ByteBuffer) buffer, kind),
                isArray ? buffer.arrayOffset() + buffer.position() : unit == 1 ? buffer.position() : 0,
                memory,
                start);
    }

    /** {@return {@code n} codes in the dense storage that begins at a buffer's position} */
    static Elements dense(String name, Buffer buffer, int n, Packing packing) {
        if (!(Objects.requireNonNull(buffer, name) instanceof ByteBuffer bytes)) {
            throw new IllegalArgumentException(name + " must be a ByteBuffer for packed codes: "
                    + buffer.getClass().getSimpleName());
        }
        requireRoom(name, buffer, packing.bytes(n), n);
        boolean isArray = bytes.hasArray();
        int position = bytes.position() + (isArray ? bytes.arrayOffset() : 0);
        Object memory = isArray ? bytes.array() : null;
        return new Elements(
                name, n, Kind.BYTE, packing, memory, isArray ? null : bytes, position, memory, 8L * position);
    }

    /** {@return the number of elements that remain in a buffer, bytes being taken together} */
    static int count(String name, Buffer buffer, int bytes) {
        int unit = unit(buffer, kind(name, buffer, bytes));
        if (buffer.remaining() % unit != 0) {
            throw new IllegalArgumentException(
                    "remaining bytes of " + name + " must be a multiple of " + unit + ": " + buffer.remaining());
        }
        return buffer.remaining() / unit;
    }

    /** Moves a buffer's position past {@code n} elements. */
    static void advance(String name, Buffer buffer, int bytes, int n) {
        buffer.position(buffer.position() + n * unit(buffer, kind(name, buffer, bytes)));
    }

    private static Kind kind(String name, Object array) {
        Class<?> type = Objects.requireNonNull(array, name).getClass();
        for (Kind kind : Kind.ALL) {
            if (kind.array == type) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                name + " must be byte[], short[], int[], long[], float[] or double[]: " + type.getSimpleName());
    }

    private static Kind kind(String name, Buffer buffer, int bytes) {
        Objects.requireNonNull(buffer, name);
        if (buffer instanceof ByteBuffer) {
            return bytes == 1 ? Kind.BYTE : bytes == 2 ? Kind.SHORT : bytes == 4 ? Kind.INT : Kind.LONG;
        }
        if (buffer instanceof FloatBuffer) {
            return Kind.FLOAT;
        } else if (buffer instanceof DoubleBuffer) {
            return Kind.DOUBLE;
        } else if (buffer instanceof ShortBuffer) {
            return Kind.SHORT;
        } else if (buffer instanceof IntBuffer) {
            return Kind.INT;
        } else if (buffer instanceof LongBuffer) {
            return Kind.LONG;
        }
        throw new IllegalArgumentException(name + " must not be a CharBuffer");
    }

    /** The buffer's elements that one element takes. */
    private static int unit(Buffer buffer, Kind kind) {
        return buffer instanceof ByteBuffer ? kind.bits / 8 : 1;
    }

    private static Buffer typed(ByteBuffer buffer, Kind kind) {
        return switch (kind) {
            case SHORT -> buffer.asShortBuffer();
            case INT -> buffer.asIntBuffer();
            case LONG -> buffer.asLongBuffer();
            default -> buffer;
        };
    }

    // ------------------------------------------------------------------ checks

    private static void requireRange(String name, int length, int start, int n, int room) {
        if (start < 0 || start > length) {
            String startName = name.equals("dst") ? "to" : name.equals("src") ? "from" : name + "From";
            throw new IllegalArgumentException(
                    startName + " must be in [0, " + length + "], the length of " + name + ": " + start);
        }
        if (n < 0 || n > room) {
            throw new IllegalArgumentException("n must be in [0, " + room + "] for " + name + " of length " + length
                    + " from " + start + " on: " + n);
        }
    }

    private static void requireRoom(String name, Buffer buffer, long size, int n) {
        if (size > buffer.remaining()) {
            throw new IllegalArgumentException("remaining elements of " + name + " must be at least " + size + " for "
                    + n + " elements: " + buffer.remaining());
        }
        if (name.equals("dst") && buffer.isReadOnly()) {
            throw new IllegalArgumentException(
                    "dst must not be read-only: " + buffer.getClass().getSimpleName());
        }
    }

    /** Checks that the elements are of the given types. */
    Elements requireKind(Kind... kinds) {
        for (Kind allowed : kinds) {
            if (kind == allowed) {
                return this;
            }
        }
        StringBuilder text = new StringBuilder();
        for (Kind allowed : kinds) {
            text.append(text.length() == 0 ? "" : ", ").append(allowed.array.getComponentType());
        }
        throw new IllegalArgumentException(
                "elements of " + name + " must be " + text + ": " + kind.array.getComponentType());
    }

    /** Prepares the elements to hold codes of a format, one each, and checks that they are wide enough. */
    Elements holding(ScalarFormat format) {
        if (!kind.isCode() || (packing == null ? kind.bits : packing.width()) < format.width()) {
            throw new IllegalArgumentException("elements of " + name + " must be integers of at least " + format.width()
                    + " bits for codes of " + format + ": " + kind.array.getComponentType());
        }
        shift = standsInPattern(format) ? 32 - format.width() : 0;
        return this;
    }

    /** {@return whether the codes of a format are the upper bits of a binary32 pattern, in which they stand} */
    static boolean standsInPattern(ScalarFormat format) {
        return format instanceof FloatFormat f && f.containerBits() == 32 && f.sameEncoding(Formats.TF32);
    }

    /** From here on gives whole patterns where codes stand in such. */
    void takePatterns() {
        shift = 0;
    }

    /** Whether elements are used where they lie; those of a target are shifted there. */
    private boolean isInPlace() {
        return direct && (shift == 0 || name.equals("dst"));
    }

    /**
     * Checks that all elements are codes.
     *
     * @param codeMask the bits that a code may have
     * @param format what they are codes of
     * @throws IllegalArgumentException if a bit is set that no code has
     */
    void requireCodes(long codeMask, Object format) {
        long unused = -1L >>> 64 - kind.bits & ~(codeMask << shift);
        if (packing != null || unused == 0) {
            return;
        }
        for (int k = 0; k < n; k += BLOCK) {
            int m = Math.min(BLOCK, n - k);
            Object block = array == null ? block() : array;
            int at = array == null ? 0 : base + k;
            if (array == null) {
                read(k, m, block);
            }
            if ((all(block, at, m) & unused) == 0) {
                continue;
            }
            for (int i = 0; i < m; i++) {
                long element = element(block, at + i);
                if ((element & unused) != 0) {
                    throw new IllegalArgumentException(String.format(
                            "%s[%d] must be a code of %s, in [0x0, 0x%x]%s: 0x%x",
                            name, base + k + i, format, codeMask, shift == 0 ? "" : " << " + shift, element));
                }
            }
        }
    }

    /** All elements ored together. */
    private static long all(Object block, int at, int n) {
        long all = 0;
        // four at a time, for compilers do not vectorise a plain reduction
        if (block instanceof byte[] bytes) {
            long b = 0;
            long c = 0;
            long d = 0;
            int i = 0;
            for (; i <= n - 32; i += 32) {
                all |= (long) LONGS.get(bytes, at + i);
                b |= (long) LONGS.get(bytes, at + i + 8);
                c |= (long) LONGS.get(bytes, at + i + 16);
                d |= (long) LONGS.get(bytes, at + i + 24);
            }
            all |= b | c | d;
            all |= all >>> 32;
            all |= all >>> 16;
            all |= all >>> 8;
            for (; i < n; i++) {
                all |= bytes[at + i];
            }
            return all & 0xff;
        }
        if (block instanceof int[] ints) {
            int a = 0;
            int b = 0;
            int c = 0;
            int d = 0;
            int i = 0;
            for (; i <= n - 4; i += 4) {
                a |= ints[at + i];
                b |= ints[at + i + 1];
                c |= ints[at + i + 2];
                d |= ints[at + i + 3];
            }
            for (; i < n; i++) {
                a |= ints[at + i];
            }
            return (a | b | c | d) & 0xffff_ffffL;
        }
        for (int i = at; i < at + n; i++) {
            all |= element(block, i);
        }
        return all;
    }

    static long element(Object block, int i) {
        if (block instanceof byte[] bytes) {
            return bytes[i] & 0xff;
        } else if (block instanceof short[] shorts) {
            return shorts[i] & 0xffff;
        } else if (block instanceof int[] ints) {
            return ints[i] & 0xffff_ffffL;
        }
        return ((long[]) block)[i];
    }

    // ------------------------------------------------------------------ overlap

    /**
     * Makes reading these elements safe from writing others: where ranges of one array overlap, blocks are read before
     * they are written over, or all elements are copied first.
     */
    void protectFrom(Elements dst) {
        if (memory == null || memory != dst.memory) {
            return;
        }
        if (start >= dst.start + n * dst.bits() || dst.start >= start + n * bits()) {
            return;
        }
        direct = false;
        if (dst.bits() > bits() || dst.start > start) {
            int size = packing == null ? n : packing.bytes(n);
            Object copy = kind.make(size);
            if (array != null) {
                System.arraycopy(array, base, copy, 0, size);
            } else {
                get(0, copy, size);
            }
            array = copy;
            base = 0;
        }
    }

    private long bits() {
        return packing == null ? kind.bits : packing.width();
    }

    // ------------------------------------------------------------------ reading and writing

    int size() {
        return n;
    }

    Kind kind() {
        return kind;
    }

    /** {@return whether the whole run is one array range, which {@link #load} gives away} */
    boolean isDirect() {
        return direct && shift == 0;
    }

    /** {@return how the elements lie in the one array range that they take, or null if no kernel can use them there} */
    @Nullable
    Storage storage() {
        if (array == null || kind == Kind.FLOAT) {
            return null;
        }
        if (packing != null) {
            return packing.storage();
        }
        return shift == 0 ? Storage.ELEMENTS : Storage.HIGH_BITS;
    }

    /** {@return the array of that range} */
    Object array() {
        return Objects.requireNonNull(array);
    }

    /** {@return the position of the first element in it, or of the first dense byte} */
    int base() {
        return base;
    }

    /** {@return an array that holds a block of at most {@code BLOCK} elements, from {@link #position} on} */
    Object load(int k, int m) {
        if (isInPlace()) {
            return Objects.requireNonNull(array);
        }
        Object block = block();
        read(k, m, block);
        if (shift != 0) {
            shiftRight(block, m);
        }
        return block;
    }

    /** {@return the array into which a block goes, from {@link #position} on, before it is {@linkplain #store stored}} */
    Object target() {
        return isInPlace() ? Objects.requireNonNull(array) : block();
    }

    /** {@return where element {@code k} lies in the array given by {@link #load} or {@link #target}} */
    int position(int k) {
        return isInPlace() ? base + k : 0;
    }

    /** Writes a block of {@link #target}. */
    void store(int k, int m) {
        if (shift != 0) {
            shiftLeft(target(), position(k), m);
        }
        if (isInPlace()) {
            return;
        }
        Object block = block();
        if (packing != null) {
            int bytes = packing.bytes(m);
            if (array != null) {
                kernel(false).apply(block, 0, array, base + packing.bytes(k), m, 0);
            } else {
                byte[] dense = new byte[bytes];
                kernel(false).apply(block, 0, dense, 0, m, 0);
                put(packing.bytes(k), dense, bytes);
            }
        } else if (array != null) {
            System.arraycopy(block, 0, array, base + k, m);
        } else {
            put(k, block, m);
        }
    }

    private void read(int k, int m, Object block) {
        if (packing != null) {
            Object dense = array;
            int at = base + packing.bytes(k);
            if (dense == null) {
                dense = new byte[packing.bytes(m)];
                get(packing.bytes(k), dense, packing.bytes(m));
                at = 0;
            }
            kernel(true).apply(dense, at, block, 0, m, 0);
        } else if (array != null) {
            System.arraycopy(array, base + k, block, 0, m);
        } else {
            get(k, block, m);
        }
    }

    private ArrayKernel kernel(boolean unpacks) {
        ArrayKernel kernel = packer;
        if (kernel == null) {
            Packing layout = Objects.requireNonNull(packing);
            kernel = unpacks ? layout.unpackKernel() : layout.packKernel();
            packer = kernel;
        }
        return kernel;
    }

    private Object block() {
        Object block = scratch;
        if (block == null) {
            block = kind.make(Math.min(n, BLOCK));
            scratch = block;
        }
        return block;
    }

    private void get(int k, Object block, int m) {
        Buffer v = Objects.requireNonNull(view);
        int at = base + k;
        switch (kind) {
            case BYTE -> ((ByteBuffer) v).get(at, (byte[]) block, 0, m);
            case SHORT -> ((ShortBuffer) v).get(at, (short[]) block, 0, m);
            case INT -> ((IntBuffer) v).get(at, (int[]) block, 0, m);
            case LONG -> ((LongBuffer) v).get(at, (long[]) block, 0, m);
            case FLOAT -> ((FloatBuffer) v).get(at, (float[]) block, 0, m);
            case DOUBLE -> ((DoubleBuffer) v).get(at, (double[]) block, 0, m);
        }
    }

    private void put(int k, Object block, int m) {
        Buffer v = Objects.requireNonNull(view);
        int at = base + k;
        switch (kind) {
            case BYTE -> ((ByteBuffer) v).put(at, (byte[]) block, 0, m);
            case SHORT -> ((ShortBuffer) v).put(at, (short[]) block, 0, m);
            case INT -> ((IntBuffer) v).put(at, (int[]) block, 0, m);
            case LONG -> ((LongBuffer) v).put(at, (long[]) block, 0, m);
            case FLOAT -> ((FloatBuffer) v).put(at, (float[]) block, 0, m);
            case DOUBLE -> ((DoubleBuffer) v).put(at, (double[]) block, 0, m);
        }
    }

    private void shiftRight(Object block, int m) {
        int s = shift;
        if (block instanceof int[] ints) {
            for (int i = 0; i < m; i++) {
                ints[i] >>>= s;
            }
        } else {
            long[] longs = (long[]) block;
            for (int i = 0; i < m; i++) {
                longs[i] >>>= s;
            }
        }
    }

    private void shiftLeft(Object block, int at, int m) {
        int s = shift;
        if (block instanceof int[] ints) {
            for (int i = at; i < at + m; i++) {
                ints[i] <<= s;
            }
        } else {
            long[] longs = (long[]) block;
            for (int i = at; i < at + m; i++) {
                longs[i] <<= s;
            }
        }
    }

    /**
     * {@return the patterns or codes of a block, in the low bits of longs}
     *
     * @param longs receives them
     */
    void loadLongs(int k, int m, long[] longs) {
        Object block = load(k, m);
        int at = position(k);
        if (block instanceof float[] floats) {
            for (int i = 0; i < m; i++) {
                longs[i] = Float.floatToRawIntBits(floats[at + i]) & 0xffff_ffffL;
            }
        } else if (block instanceof double[] doubles) {
            for (int i = 0; i < m; i++) {
                longs[i] = Double.doubleToRawLongBits(doubles[at + i]);
            }
        } else {
            for (int i = 0; i < m; i++) {
                longs[i] = element(block, at + i);
            }
        }
    }

    /** Writes a block given as patterns or codes in the low bits of longs. */
    void storeLongs(int k, int m, long[] longs) {
        Object block = target();
        int at = position(k);
        for (int i = 0; i < m; i++) {
            setBits(block, at + i, longs[i]);
        }
        store(k, m);
    }

    /** Writes the element of an array whose pattern or code is given. */
    static void setBits(Object block, int i, long bits) {
        if (block instanceof byte[] bytes) {
            bytes[i] = (byte) bits;
        } else if (block instanceof short[] shorts) {
            shorts[i] = (short) bits;
        } else if (block instanceof int[] ints) {
            ints[i] = (int) bits;
        } else if (block instanceof long[] array) {
            array[i] = bits;
        } else if (block instanceof float[] floats) {
            floats[i] = Float.intBitsToFloat((int) bits);
        } else {
            ((double[]) block)[i] = Double.longBitsToDouble(bits);
        }
    }
}
