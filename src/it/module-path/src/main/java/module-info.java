/** A user of the library on the module path. */
module org.example.consumer {
    requires org.bitexact;
}
