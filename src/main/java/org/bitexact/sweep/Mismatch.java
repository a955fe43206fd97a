package org.bitexact.sweep;

/**
 * An input for which subject and reference differ.
 *
 * @param input the input, as its space has it
 * @param got result of the subject
 * @param expected result of the reference
 * @param explanation the three in words, on one line
 * @since 0.1
 */
public record Mismatch(long input, long got, long expected, String explanation) {}
