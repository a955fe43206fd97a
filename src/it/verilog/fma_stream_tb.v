// Test bench that reads what `testfloat_gen ..._mulAdd` writes, from standard input or the file of +file=NAME:
//
//     a b c z flags        five hex fields a line
module fma_stream_tb #(
    parameter EXP = 5,
    parameter SIG = 11
);
`include "bench.vh"

    localparam STDIN = 32'h8000_0000;

    reg [K-1:0]     x, y, addend, expected;
    reg [7:0]       expected_flags;
    reg [8*512-1:0] name;
    integer         in, fields;

    initial begin
        start;
        in = STDIN;
        if ($value$plusargs("file=%s", name)) in = $fopen(name, "r");
        if (in == 0) finish(1'b0);
        else begin
            fields = 5;
            while (fields == 5 && errors < limit) begin
                fields = $fscanf(in, "%h %h %h %h %h", x, y, addend, expected, expected_flags);
                if (fields == 5) check(x, y, addend, expected, expected_flags);
            end
            // A line that breaks off leaves some fields, anything but hex digits leaves the end out of reach.
            finish(fields == 5 || (fields <= 0 && $feof(in) != 0));
        end
    end
endmodule
