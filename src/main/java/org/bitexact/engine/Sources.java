package org.bitexact.engine;

import org.bitexact.format.Source;

/** The documents that the catalogue rests on. */
final class Sources {
    static final Source KHATTAK = new Source(
            "F. A. Khattak, M. Mikaitis: Accurate Models of NVIDIA Tensor Cores",
            "arXiv 2512.07004; ACM TACO",
            "models and raw outputs",
            "https://github.com/north-numerical-computing/MATLAB-tensor-core");
    static final Source MMA_SIM = new Source(
            "P. Xie et al.: MMA-Sim: Bit-Accurate Reference Model of Tensor Cores and Matrix Cores",
            "arXiv 2511.10909",
            "",
            "https://github.com/microsoft/MMA-Sim");
    static final Source FASI = new Source(
            "M. Fasi, N. J. Higham, M. Mikaitis, S. Pranesh: Numerical behavior of NVIDIA tensor cores",
            "PeerJ Computer Science 7:e330, 2021",
            "",
            "https://doi.org/10.7717/peerj-cs.330");
    static final Source FTTN = new Source(
            "X. Li et al.: FTTN: Feature-Targeted Testing for Numerical Properties of NVIDIA and AMD Matrix Accelerators",
            "arXiv 2403.00232",
            "",
            "https://arxiv.org/abs/2403.00232");
    static final Source SMT = new Source(
            "B. Valpey et al.: An SMT Formalization of Mixed-Precision Matrix Multiplication",
            "arXiv 2502.15999",
            "",
            "https://arxiv.org/abs/2502.15999");
    static final Source DEEPGEMM =
            new Source("DeepGEMM", "", "issues 37 and 176", "https://github.com/deepseek-ai/DeepGEMM/issues/176");
    static final Source PTX = new Source(
            "NVIDIA PTX ISA", "", "mma, wgmma, tcgen05.mma", "https://docs.nvidia.com/cuda/parallel-thread-execution/");
    static final Source AMD_ISA = new Source(
            "AMD CDNA instruction set architecture; AMD matrix instruction calculator",
            "",
            "MFMA",
            "https://github.com/ROCm/amd_matrix_instruction_calculator");
    static final Source MI200 = new Source(
            "AMD MIOpen documentation",
            "",
            "MI200 MFMA behaviour: subnormal inputs and outputs are flushed",
            "https://rocm.docs.amd.com/projects/MIOpen/en/latest/conceptual/MI200-alt-implementation.html");
    static final Source GAUDI = new Source(
            "Intel Gaudi 3 software, functional model of the multiply-add trees",
            "",
            "fs_fma, chip_fma",
            "https://github.com/HabanaAI/Intel_Gaudi3_Software");
    static final Source INTEL_SDM = new Source(
            "Intel 64 and IA-32 Architectures Software Developer's Manual; Instruction Set Extensions",
            "",
            "VDPBF16PS, VPDPBUSD, VPDPWSSD, TDPBF16PS, TDPFP16PS, TDPBSSD",
            "https://www.intel.com/content/www/us/en/developer/articles/technical/intel-sdm.html");
    static final Source ARM_ARM = new Source(
            "Arm Architecture Reference Manual for A-profile architecture",
            "DDI 0487",
            "BFDOT, BFMMLA, FPCR.EBF",
            "https://developer.arm.com/documentation/ddi0487/latest");
    static final Source NEURON = new Source(
            "AWS Neuron architecture guides",
            "",
            "NeuronCore-v1 to v4",
            "https://awsdocs-neuron.readthedocs-hosted.com/");
    static final Source TPU = new Source(
            "Google Cloud TPU documentation; JAX documentation of matrix multiplication precision",
            "",
            "bfloat16, default_matmul_precision",
            "https://cloud.google.com/tpu/docs/bfloat16");
    static final Source TPU_V1 = new Source(
            "N. P. Jouppi et al.: In-Datacenter Performance Analysis of a Tensor Processing Unit",
            "ISCA 2017",
            "2",
            "https://arxiv.org/abs/1704.04760");
    static final Source GRAPHCORE =
            new Source("Graphcore AI-Float white paper; Poplar type documentation", "", "AMP, SLIC, quarter", "");
    static final Source IEEE754 =
            new Source("IEEE 754", "2019", "5.4.1, fusedMultiplyAdd", "https://doi.org/10.1109/IEEESTD.2019.8766229");

    private Sources() {}
}
