/** The command line: parses arguments, calls the library and prints. */
@NullMarked
package org.bitexact.cli;

import org.jspecify.annotations.NullMarked;
