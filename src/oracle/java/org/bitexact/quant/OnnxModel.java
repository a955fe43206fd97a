package org.bitexact.quant;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * An ONNX model of a few nodes with one graph output {@code y} of binary32, built field by field and run by ONNX Runtime
 * without optimisations.
 */
final class OnnxModel {
    /** TensorProto.DataType. */
    static final int FLOAT = 1;

    private static final int IR_VERSION = 12;

    private final int opset;
    private final ByteArrayOutputStream nodes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream tensors = new ByteArrayOutputStream();
    private boolean hasInput;

    OnnxModel(int opset) {
        this.opset = opset;
    }

    /** Declares the graph input {@code x}, a tensor of binary32. */
    OnnxModel input() {
        hasInput = true;
        return this;
    }

    /**
     * Adds a constant.
     *
     * @param type its TensorProto.DataType
     * @param raw its elements as {@code raw_data} has them
     * @param shape its dimensions; none for a scalar
     */
    OnnxModel constant(String name, int type, byte[] raw, int... shape) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        for (int d : shape) {
            number(tensor, 1, d);
        }
        number(tensor, 2, type);
        text(tensor, 8, name);
        bytes(tensor, 9, raw);
        bytes(tensors, 5, tensor.toByteArray());
        return this;
    }

    /** Adds a constant of binary32. */
    OnnxModel constant(String name, float... values) {
        return constant(name, FLOAT, floats(values), values.length);
    }

    /** Adds a scalar of binary32. */
    OnnxModel scalar(String name, float value) {
        return constant(name, FLOAT, floats(value));
    }

    private static byte[] floats(float... values) {
        ByteBuffer raw = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        raw.asFloatBuffer().put(values);
        return raw.array();
    }

    /**
     * Adds a node.
     *
     * @param outputs names of its outputs, separated by commas
     * @param attributes integer attributes
     * @param inputs names of its inputs
     */
    OnnxModel node(String operator, String outputs, Map<String, Integer> attributes, String... inputs) {
        ByteArrayOutputStream node = new ByteArrayOutputStream();
        for (String input : inputs) {
            text(node, 1, input);
        }
        for (String output : outputs.split(",")) {
            text(node, 2, output);
        }
        text(node, 4, operator);
        attributes.forEach((name, value) -> {
            ByteArrayOutputStream attribute = new ByteArrayOutputStream();
            text(attribute, 1, name);
            number(attribute, 3, value);
            number(attribute, 20, 2); // AttributeProto.INT
            bytes(node, 5, attribute.toByteArray());
        });
        bytes(nodes, 1, node.toByteArray());
        return this;
    }

    /** {@return the output {@code y} for a vector} */
    float[] run(float... x) throws OrtException {
        return run(x, x.length);
    }

    /**
     * {@return the output {@code y}}
     *
     * @param x elements of the input
     * @param shape its dimensions
     */
    float[] run(float[] x, long... shape) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setOptimizationLevel(OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            try (OrtSession session = environment.createSession(model(), options);
                    OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), shape);
                    OrtSession.Result result = session.run(hasInput ? Map.of("x", input) : Map.of())) {
                FloatBuffer y = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] values = new float[y.remaining()];
                y.get(values);
                return values;
            }
        }
    }

    private byte[] model() {
        ByteArrayOutputStream graph = new ByteArrayOutputStream();
        graph.writeBytes(nodes.toByteArray());
        text(graph, 2, "g");
        graph.writeBytes(tensors.toByteArray());
        if (hasInput) {
            bytes(graph, 11, value("x"));
        }
        bytes(graph, 12, value("y"));
        ByteArrayOutputStream domain = new ByteArrayOutputStream();
        text(domain, 1, "");
        number(domain, 2, opset);
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        number(model, 1, IR_VERSION);
        bytes(model, 7, graph.toByteArray());
        bytes(model, 8, domain.toByteArray());
        return model.toByteArray();
    }

    /** A ValueInfoProto: binary32, of any shape. */
    private static byte[] value(String name) {
        ByteArrayOutputStream tensor = new ByteArrayOutputStream();
        number(tensor, 1, FLOAT);
        ByteArrayOutputStream type = new ByteArrayOutputStream();
        bytes(type, 1, tensor.toByteArray());
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        text(value, 1, name);
        bytes(value, 2, type.toByteArray());
        return value.toByteArray();
    }

    // ------------------------------------------------------------------ the wire format

    private static void text(ByteArrayOutputStream out, int field, String text) {
        bytes(out, field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] bytes) {
        varint(out, field << 3 | 2);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void number(ByteArrayOutputStream out, int field, long value) {
        varint(out, field << 3);
        varint(out, value);
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest < 0 || rest > 0x7f) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
