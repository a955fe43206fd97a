// What the test benches share, included inside the module: the unit under test, the comparison, the verdict.
//
// EXP and SIG are those of the format, +rm=0..4 is the rounding mode for which the vectors were made. Bits and flags have
// to be equal; NaNs too, so the vectors are to be made with `-specialize RISCV`. Prints each mismatch, up to +errors=N (20
// without it) where it stops, then the number of tests and "No errors found." or the number of errors; ends with an exit
// status to match.

    localparam K = EXP + SIG;

    reg  [K-1:0] a, b, c;
    reg  [2:0]   rm;
    wire [K-1:0] z;
    wire [4:0]   flags;
    integer      limit, tests, errors;

    // The named instance where the format has one, else the parametric module itself.
    generate
        if (EXP == 5 && SIG == 11) begin : fp16
            fma_fp16 dut (a, b, c, rm, z, flags);
        end else if (EXP == 8 && SIG == 8) begin : bf16
            fma_bf16 dut (a, b, c, rm, z, flags);
        end else begin : generic
            fma #(EXP, SIG) dut (a, b, c, rm, z, flags);
        end
    endgenerate

    task start;
        begin
            if (!$value$plusargs("rm=%d", rm)) rm = 0;
            if (!$value$plusargs("errors=%d", limit)) limit = 20;
            tests = 0;
            errors = 0;
        end
    endtask

    // One case. Assignments here, and not $fscanf, drive the unit: Verilator 5.006 sees no change in what $fscanf writes.
    task check;
        input [K-1:0] case_a, case_b, case_c, expected;
        input [7:0]   expected_flags;
        begin
            a = case_a;
            b = case_b;
            c = case_c;
            #1;
            tests = tests + 1;
            // !== and not !=, which an unknown bit would satisfy.
            if (z !== expected || {3'b000, flags} !== expected_flags) begin
                errors = errors + 1;
                $display("%h * %h + %h, mode %0d: got %h %b, expected %h %b",
                    a, b, c, rm, z, flags, expected, expected_flags[4:0]);
            end
        end
    endtask

    // No tests at all are a failure: a generator that does not start must not pass.
    task finish;
        input complete;
        begin
            $display("Ran %0d tests.", tests);
            if (!complete) $display("Invalid input after %0d tests.", tests);
            else if (tests == 0) $display("No input.");
            else if (errors != 0) $display("Errors found: %0d.", errors);
            else $display("No errors found.");
            // Verilog-2005 has no exit status.
            if (!complete || tests == 0 || errors != 0) begin
`ifdef __ICARUS__
                $finish_and_return(1);
`else
                $fatal;
`endif
            end
            $finish;
        end
    endtask
