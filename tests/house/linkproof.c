/* The main of every link proof: that this program exists shows that its room needs only the rooms
 * of lower lines of src/MAP. */
int main(void)
{
    return 0;
}
