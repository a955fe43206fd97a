/**
 * Machine-learning number formats, bit for bit. The packages form layers; each uses only those before it on the
 * list.
 */
// Optional libraries without a module descriptor are named by their manifests.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module org.bitexact {
    requires org.apache.commons.numbers.core;
    requires transitive org.apache.commons.numbers.fraction;
    requires static com.fasterxml.jackson.core;
    requires static info.picocli;
    requires static jdk.incubator.vector;
    // found by its service file: a provides clause would need jqwik at run time
    requires static net.jqwik.api;
    requires static transitive org.jspecify;
    requires static org.tomlj;

    exports org.bitexact.arith;
    exports org.bitexact.array;
    exports org.bitexact.codec;
    exports org.bitexact.engine;
    exports org.bitexact.format;
    exports org.bitexact.kernel;
    exports org.bitexact.oracle;
    exports org.bitexact.quant;
    exports org.bitexact.sweep;
    exports org.bitexact.tensor;
    exports org.bitexact.testkit;
    exports org.bitexact.testkit.jqwik;
    exports org.bitexact.vectors;

    // A package is exported with its first public type: format, codec, arith, array, tensor, kernel, engine, quant,
    // oracle, testkit, vectors, sweep. Neither cli nor internal is.

    opens org.bitexact.cli to
            info.picocli;
}
