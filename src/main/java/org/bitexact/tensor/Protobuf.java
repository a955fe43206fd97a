package org.bitexact.tensor;

import java.io.ByteArrayOutputStream;
import java.util.function.LongConsumer;

/**
 * The fields of a Protocol Buffers message, one after the other.
 *
 * <p>Source: Protocol Buffers, Encoding.
 */
final class Protobuf {
    /** Wire type of integers. */
    static final int VARINT = 0;
    /** Wire type of strings, bytes, messages and packed numbers. */
    static final int BYTES = 2;

    private static final int FIXED64 = 1;
    private static final int FIXED32 = 5;

    private final FileBytes message;
    private long at;
    private int field;
    private int wireType;

    Protobuf(FileBytes message) {
        this.message = message;
    }

    /** Goes on with the next field, whose value must be read or skipped. */
    boolean next() {
        if (at == message.size()) {
            return false;
        }
        long tag = readVarint();
        field = (int) Math.min(tag >>> 3, Integer.MAX_VALUE);
        wireType = (int) (tag & 7);
        if (field == 0 || tag >>> 32 != 0) {
            throw malformed("a field number must be in [1, 2^29 - 1]: " + Long.toUnsignedString(tag >>> 3));
        }
        return true;
    }

    /** {@return the number of the field} */
    int field() {
        return field;
    }

    /** {@return the value of an integer field} */
    long varint(String name) {
        require(name, VARINT);
        return readVarint();
    }

    /** {@return the bytes of a field} */
    FileBytes bytes(String name) {
        require(name, BYTES);
        long length = readVarint();
        if (length < 0 || length > message.size() - at) {
            throw malformed(name + " should have " + Long.toUnsignedString(length) + " bytes, but "
                    + (message.size() - at) + " are left");
        }
        at += length;
        return message.slice(at - length, length);
    }

    /** Reads the integers of a repeated field, packed or single. */
    void integers(String name, LongConsumer sink) {
        if (wireType != BYTES) {
            sink.accept(varint(name));
            return;
        }
        long length = bytes(name).size();
        long end = at;
        at -= length;
        while (at < end) {
            sink.accept(readVarint());
        }
        if (at > end) {
            throw malformed(name + " ends inside a number");
        }
    }

    /** Reads the numbers of 4 or 8 bytes of a repeated field, packed or single. */
    void fixed(String name, int bytes, LongConsumer sink) {
        if (wireType != BYTES) {
            require(name, bytes == 4 ? FIXED32 : FIXED64);
            sink.accept(readFixed(bytes));
            return;
        }
        long length = bytes(name).size();
        if (length % bytes != 0) {
            throw malformed(name + " ends inside a number");
        }
        at -= length;
        for (long i = 0; i < length; i += bytes) {
            sink.accept(readFixed(bytes));
        }
    }

    /** Passes over a field that means nothing here. */
    void skip() {
        switch (wireType) {
            case VARINT -> readVarint();
            case FIXED64 -> readFixed(8);
            case BYTES -> bytes("field " + field);
            case FIXED32 -> readFixed(4);
            default -> throw malformed("field " + field + " has wire type " + wireType + ", which is not supported");
        }
    }

    private void require(String name, int expected) {
        if (wireType != expected) {
            throw malformed(name + " must have wire type " + expected + ", not " + wireType
                    + "; the file must hold a TensorProto, not a model");
        }
    }

    private long readVarint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at == message.size()) {
                throw malformed("the message ends inside a number");
            }
            int b = message.get(at++);
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw malformed("a number has more than 10 bytes");
    }

    private long readFixed(int bytes) {
        if (message.size() - at < bytes) {
            throw malformed("the message ends inside a number");
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (long) message.get(at++) << 8 * i;
        }
        return value;
    }

    private IllegalArgumentException malformed(String problem) {
        return message.malformed("byte " + at + ": " + problem);
    }

    /** Writes a number in 7 bits a byte, lowest first. */
    static void writeVarint(ByteArrayOutputStream to, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            to.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        to.write((int) rest);
    }
}
