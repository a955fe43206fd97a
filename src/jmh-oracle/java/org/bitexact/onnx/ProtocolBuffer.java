package org.bitexact.onnx;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A message under construction: field by field, as protocol buffers are encoded. */
public final class ProtocolBuffer {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** Begins an empty message. */
    public ProtocolBuffer() {}

    /** {@return this message with a number} */
    public ProtocolBuffer number(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    /** {@return this message with a string} */
    public ProtocolBuffer text(int field, String value) {
        return content(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** {@return this message with another one} */
    public ProtocolBuffer message(int field, ProtocolBuffer value) {
        return content(field, value.toByteArray());
    }

    /** {@return this message with bytes} */
    public ProtocolBuffer content(int field, byte[] content) {
        varint((long) field << 3 | 2);
        varint(content.length);
        bytes.writeBytes(content);
        return this;
    }

    /** {@return the encoded message} */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    private void varint(long value) {
        long rest = value;
        for (; rest >= 0x80; rest >>>= 7) {
            bytes.write((int) (rest & 0x7f | 0x80));
        }
        bytes.write((int) rest);
    }
}
