// Test bench that loads a file of vectors with $readmemh, as many SystemVerilog benches do: one case a line, the fields of
// the stream joined by underscores (`testfloat_gen ... f16_mulAdd | tr ' ' _ >f16_mulAdd_rne.tv`):
//
//     a_b_c_z_flags        a memory word of 4 * (EXP + SIG) + 8 bits
//
// +file=NAME is the file. No case is all ones, so such a word ends the list.
module fma_tv_tb #(
    parameter EXP = 5,
    parameter SIG = 11,
    parameter CAPACITY = 100000
);
`include "bench.vh"

    localparam WORD = 4 * K + 8;

    reg [WORD-1:0]  vectors [0:CAPACITY];
    reg [8*512-1:0] name;
    reg [WORD-1:0]  word;
    integer         i;

    initial begin
        start;
        for (i = 0; i <= CAPACITY; i = i + 1) vectors[i] = {WORD{1'b1}};
        if ($value$plusargs("file=%s", name)) $readmemh(name, vectors);
        for (i = 0; i < CAPACITY && errors < limit && vectors[i] !== {WORD{1'b1}}; i = i + 1) begin
            word = vectors[i];
            check(word[WORD-1-:K], word[WORD-K-1-:K], word[2*K+7-:K], word[K+7-:K], word[7:0]);
        end
        // A file that fills the memory may have been cut short.
        finish(i < CAPACITY || vectors[i] === {WORD{1'b1}});
    end
endmodule
