package org.bitexact.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.util.Map;

/** Models for ONNX Runtime, as protocol buffers, and their sessions. */
public final class Models {
    /** {@code TensorProto.DataType}, by the names of formats. */
    public static final Map<String, Integer> TYPES =
            Map.of("f32", 1, "u8", 2, "i8", 3, "i32", 6, "i64", 7, "f16", 10, "bf16", 16, "e4m3", 17, "e5m2", 19);

    private Models() {}

    /** {@return a node of a graph} */
    public static ProtocolBuffer node(String operator, String output, String... inputs) {
        ProtocolBuffer node = new ProtocolBuffer();
        for (String input : inputs) {
            node.text(1, input);
        }
        return node.text(2, output).text(4, operator);
    }

    /** {@return an input or output of a graph} */
    public static ProtocolBuffer tensor(String name, String type, int... dimensions) {
        ProtocolBuffer shape = new ProtocolBuffer();
        for (int dimension : dimensions) {
            shape.message(1, new ProtocolBuffer().number(1, dimension));
        }
        ProtocolBuffer tensor = new ProtocolBuffer().number(1, TYPES.get(type)).message(2, shape);
        return new ProtocolBuffer().text(1, name).message(2, new ProtocolBuffer().message(1, tensor));
    }

    /**
     * {@return a session on one thread, which computes every node at each run}
     *
     * @param graph nodes, inputs and outputs
     */
    public static OrtSession session(ProtocolBuffer graph) throws OrtException {
        byte[] model = new ProtocolBuffer()
                .number(1, 9)
                .message(7, graph.text(2, "g"))
                .message(8, new ProtocolBuffer().text(1, "").number(2, 19))
                .toByteArray();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT); // constants are not folded
            return OrtEnvironment.getEnvironment().createSession(model, options);
        }
    }
}
