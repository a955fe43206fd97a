// parameters of the words of f32_to_e5m2.memb
localparam F32_TO_E5M2_COUNT = 60;
localparam F32_TO_E5M2_WORDS = 60;
localparam F32_TO_E5M2_WORD_BITS = 48;
localparam F32_TO_E5M2_A_LSB = 16;
localparam F32_TO_E5M2_A_CODES = 1;
localparam F32_TO_E5M2_A_STRIDE = 32;
localparam F32_TO_E5M2_A_BITS = 32;
localparam F32_TO_E5M2_Z_LSB = 8;
localparam F32_TO_E5M2_Z_CODES = 1;
localparam F32_TO_E5M2_Z_STRIDE = 8;
localparam F32_TO_E5M2_Z_BITS = 8;
localparam F32_TO_E5M2_FLAGS_LSB = 0;
localparam F32_TO_E5M2_FLAGS_CODES = 1;
localparam F32_TO_E5M2_FLAGS_STRIDE = 8;
localparam F32_TO_E5M2_FLAGS_BITS = 8;
