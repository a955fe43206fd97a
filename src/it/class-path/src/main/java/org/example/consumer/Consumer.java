package org.example.consumer;

import org.bitexact.format.Formats;
import org.bitexact.testkit.CodeClass;
import org.bitexact.testkit.CodeGenerator;

/** Prints the code of the largest finite E4M3 value, a drawn code, and how the library was loaded. */
public final class Consumer {
    private Consumer() {}

    /**
     * Prints one line.
     *
     * @param args none
     */
    public static void main(String[] args) {
        String module = Formats.class.getModule().getName();
        boolean simd = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        // the test kit works without the libraries that its adapters are for
        long smallest = CodeGenerator.of(Formats.E8M0).at(CodeClass.SMALL_INTEGER, 1, 0);
        System.out.printf(
                "%02x %02x %s %s%n", Formats.OCP_E4M3.maxFiniteCode(), smallest, module, simd ? "simd" : "scalar");
    }
}
