package org.bitexact.layerfixture.other;

/** Belongs to no layer. */
final class Stray {
    private Stray() {}
}
