package org.example.consumer;

import org.bitexact.format.Formats;

/** Prints the code of the largest finite E4M3 value and how the library was loaded. */
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
        System.out.printf("%02x %s %s%n", Formats.OCP_E4M3.maxFiniteCode(), module, simd ? "simd" : "scalar");
    }
}
